import { AppError } from "../../common/errors";

export interface Recording {
  /** Mono, in -1…1. */
  samples: Float32Array;
  /** Hz. */
  sampleRate: number;
}

interface WavFormat {
  encoding: "pcm" | "float" | "a-law" | "mu-law";
  channels: number;
  sampleRate: number;
  bytesPerSample: number;
}

type Reader = (view: DataView, offset: number) => number;

/** Format tags of `fmt ` chunks, from Microsoft's mmreg.h. */
const encodings: Record<number, WavFormat["encoding"]> = { 1: "pcm", 3: "float", 6: "a-law", 7: "mu-law" };
const extensibleTag = 0xfffe;

/** What a recording is that is not a WAV file, by its first bytes. */
const otherFormats: [name: string, pattern: RegExp][] = [
  ["an MP3 file", /^(?:ID3|\xff[\xe2-\xff])/],
  ["a FLAC file", /^fLaC/],
  ["an Ogg file", /^OggS/],
  ["an MPEG-4 file", /^.{4}ftyp/s],
  ["a Matroska or WebM file", /^.E\xdf\xa3/s],
  ["an AIFF file", /^FORM/],
];

/**
 * Decodes a WAV file (RIFF and RF64; PCM of 8 to 32 bits, float, A-law, µ-law) and mixes its channels.
 * A file that was cut off gives what is there. Rejects with `invalid-input`, naming the file.
 */
export function decodeWav(bytes: Uint8Array, name: string): Recording {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = ascii(bytes, 0, 12);
  if (!/^(?:RIFF|RF64).{4}WAVE$/s.test(magic)) {
    throw notWav(magic, name);
  }
  let format: WavFormat | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const id = ascii(bytes, at, 4);
    // Streamed files have 0 or -1 here: then the data go on to the end of the file.
    const declared = view.getUint32(at + 4, true);
    const start = at + 8;
    const available = bytes.length - start;
    if (id === "fmt ") {
      format = readFormat(view, start, Math.min(declared, available), name);
    } else if (id === "data") {
      if (!format) {
        throw broken(name);
      }
      const size = declared === 0 || declared > available ? available : declared;
      return { samples: mixChannels(view, start, size, format), sampleRate: format.sampleRate };
    }
    at = start + declared + (declared % 2);
  }
  throw broken(name);
}

function readFormat(view: DataView, start: number, size: number, name: string): WavFormat {
  if (size < 16) {
    throw broken(name);
  }
  const tag = view.getUint16(start, true);
  const subformat = tag === extensibleTag && size >= 26 ? view.getUint16(start + 24, true) : tag;
  const encoding = encodings[subformat];
  const channels = view.getUint16(start + 2, true);
  const sampleRate = view.getUint32(start + 4, true);
  const bytesPerSample = Math.ceil(view.getUint16(start + 14, true) / 8);
  if (!encoding || !readers[encoding][bytesPerSample]) {
    throw new AppError(
      "invalid-input",
      "“{0}” is a WAV file of an encoding that cannot be read. Save it as 16-bit PCM.",
      [name],
      `format tag ${subformat}, ${bytesPerSample} bytes per sample`,
    );
  }
  if (channels < 1 || sampleRate < 1000 || sampleRate > 768_000) {
    throw broken(name);
  }
  return { encoding, channels, sampleRate, bytesPerSample };
}

const readers: Record<WavFormat["encoding"], Record<number, Reader>> = {
  pcm: {
    1: (view, at) => (view.getUint8(at) - 128) / 128,
    2: (view, at) => view.getInt16(at, true) / 0x8000,
    3: (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 0x10000) / 0x800000,
    4: (view, at) => view.getInt32(at, true) / 0x80000000,
  },
  float: {
    4: (view, at) => finite(view.getFloat32(at, true)),
    8: (view, at) => finite(view.getFloat64(at, true)),
  },
  "a-law": { 1: (view, at) => aLaw(view.getUint8(at)) },
  "mu-law": { 1: (view, at) => muLaw(view.getUint8(at)) },
};

function mixChannels(view: DataView, start: number, size: number, format: WavFormat): Float32Array {
  const { channels, bytesPerSample } = format;
  const read = readers[format.encoding][bytesPerSample];
  const frames = Math.floor(size / (channels * bytesPerSample));
  const samples = new Float32Array(frames);
  for (let frame = 0; read && frame < frames; frame++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      sum += read(view, start + (frame * channels + channel) * bytesPerSample);
    }
    samples[frame] = sum / channels;
  }
  return samples;
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

/** ITU-T G.711, A-law. */
function aLaw(byte: number): number {
  const code = byte ^ 0x55;
  const exponent = (code >> 4) & 7;
  const mantissa = ((code & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return (code & 0x80 ? magnitude : -magnitude) / 0x8000;
}

/** ITU-T G.711, µ-law. */
function muLaw(byte: number): number {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0x0f) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84;
  return (code & 0x80 ? -magnitude : magnitude) / 0x8000;
}

function ascii(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}

function notWav(magic: string, name: string): AppError {
  const other = otherFormats.find(([, pattern]) => pattern.test(magic))?.[0] ?? "not a WAV file";
  return new AppError(
    "invalid-input",
    "“{0}” is {1}. Only WAV files can be read. Convert it first, for example: ffmpeg -i recording -ac 1 -ar 16000 recording.wav",
    [name, other],
  );
}

function broken(name: string): AppError {
  return new AppError("invalid-input", "The WAV file “{0}” is damaged or empty.", [name]);
}
