import assert from "node:assert/strict";
import { resample } from "../../../src/engine-process/audio/resample";
import { decodeWav } from "../../../src/engine-process/audio/wav";
import { cutAtPauses } from "../../../src/engine-process/audio/windows";

const pcm = 1;
const float = 3;
const aLaw = 6;
const muLaw = 7;

describe("a WAV file", () => {
  it("is read in every common encoding", () => {
    const expected = [0, 0.5, -0.5, -1];
    const cases: [tag: number, bits: number, data: number[], tolerance: number][] = [
      [pcm, 8, [128, 192, 64, 0], 0],
      [pcm, 16, [0, 0, 0x00, 0x40, 0x00, 0xc0, 0x00, 0x80], 0],
      [pcm, 24, [0, 0, 0, 0, 0, 0x40, 0, 0, 0xc0, 0, 0, 0x80], 0],
      [pcm, 32, [0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0xc0, 0, 0, 0, 0x80], 0],
      [float, 32, bytesOf(new Float32Array(expected)), 0],
      [float, 64, bytesOf(new Float64Array(expected)), 0],
    ];
    for (const [tag, bits, data, tolerance] of cases) {
      const { samples, sampleRate } = decodeWav(wav({ tag, bits, data }), "x.wav");
      assert.equal(sampleRate, 16_000);
      assert.equal(samples.length, expected.length);
      expected.forEach((value, index) =>
        assert.ok(Math.abs(samples[index]! - value) <= tolerance, `${tag}/${bits}: ${samples.join()}`),
      );
    }
  });

  it("is read in both telephone encodings", () => {
    // G.711: the largest magnitudes and the smallest step of each law.
    assert.deepEqual(
      [...decodeWav(wav({ tag: muLaw, bits: 8, data: [0xff, 0x80, 0x00, 0xfe] }), "x").samples].map(
        (value) => value * 0x8000,
      ),
      [0, 32124, -32124, 8],
    );
    assert.deepEqual(
      [...decodeWav(wav({ tag: aLaw, bits: 8, data: [0xd5, 0xaa, 0x2a, 0x55] }), "x").samples].map(
        (value) => value * 0x8000,
      ),
      [8, 32256, -32256, -8],
    );
  });

  it("has its channels mixed, and an extensible format chunk", () => {
    const data = bytesOf(new Int16Array([0x4000, 0, -0x4000, 0]));
    assert.deepEqual(
      [...decodeWav(wav({ tag: pcm, bits: 16, channels: 2, data }), "x").samples],
      [0.25, -0.25],
    );
    assert.deepEqual(
      [...decodeWav(wav({ tag: 0xfffe, subformat: pcm, bits: 16, data }), "x").samples],
      [0.5, 0, -0.5, 0],
    );
  });

  it("gives what is there when it was streamed or cut off, and skips other chunks", () => {
    const data = bytesOf(new Int16Array([0x4000, 0x2000]));
    for (const size of [0, 0xffffffff, 1000]) {
      assert.equal(decodeWav(wav({ tag: pcm, bits: 16, data, size }), "x").samples.length, 2);
    }
    const odd = [...chunk("LIST", [1, 2, 3]), 0];
    assert.equal(decodeWav(wav({ tag: pcm, bits: 16, data, before: odd }), "x").samples.length, 2);
  });

  it("is refused with a sentence that says what it is", () => {
    const named = (bytes: number[] | Uint8Array) => () => decodeWav(Uint8Array.from(bytes), "memo.bin");
    assert.throws(named([0x49, 0x44, 0x33, 4]), {
      code: "invalid-input",
      message: /“memo.bin” is an MP3 file/,
    });
    assert.throws(named([0x66, 0x4c, 0x61, 0x43]), { message: /a FLAC file/ });
    assert.throws(named([0x1a, 0x45, 0xdf, 0xa3]), { message: /a Matroska or WebM file/ });
    assert.throws(named([]), { message: /not a WAV file.*ffmpeg/ });
    assert.throws(named(wav({ tag: 0x55, bits: 16, data: [0, 0] })), {
      message: /encoding that cannot be read/,
    });
    assert.throws(named(wav({ tag: pcm, bits: 16, data: [], channels: 0 })), { message: /damaged or empty/ });
    assert.throws(named(wav({ tag: pcm, bits: 16, data: [] }).slice(0, 30)), { message: /damaged or empty/ });
  });

  it("of noise never does anything but fail with a sentence", () => {
    const bytes = wav({ tag: pcm, bits: 16, data: [1, 2, 3, 4] });
    for (let at = 12; at < bytes.length; at++) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        const changed = bytes.slice();
        changed[at] = value;
        try {
          decodeWav(changed, "x");
        } catch (error) {
          assert.equal((error as { code?: string }).code, "invalid-input");
        }
      }
    }
  });
});

describe("resampling", () => {
  const atOnce = (task: () => Promise<void>) => task();

  for (const [from, to] of [
    [48_000, 16_000],
    [44_100, 16_000],
    [8_000, 16_000],
    [11_025, 16_000],
  ] as const) {
    it(`keeps a tone from ${from} to ${to} Hz`, async () => {
      const output = await resample(tone(1000, from), from, to, atOnce);
      assert.ok(Math.abs(output.length - to) <= 1);
      const expected = tone(1000, to);
      // The ends lack neighbours.
      const worst = Math.max(
        ...output.subarray(200, -200).map((value, index) => Math.abs(value - expected[index + 200]!)),
      );
      assert.ok(worst < 0.01, String(worst));
    });
  }

  it("works in portions, which join without a seam", async () => {
    const samples = Float32Array.from({ length: 400_000 }, (_, at) => Math.sin(at / 20));
    let portions = 0;
    const output = await resample(samples, 4_000, 16_000, async (task) => {
      portions++;
      await task();
    });
    assert.equal(portions, 2);
    const worst = Math.max(
      ...output
        .subarray(999_900, 1_000_100)
        .map((value, at) => Math.abs(value - Math.sin((999_900 + at) / 80))),
    );
    assert.ok(worst < 0.01, String(worst));
  });

  it("removes what the lower rate cannot hold", async () => {
    const resampled = await resample(tone(12_000, 48_000), 48_000, 16_000, atOnce);
    const output = resampled.subarray(200, -200);
    assert.ok(Math.max(...output.map(Math.abs)) < 0.01);
  });
});

describe("cutting a recording", () => {
  const rate = 1000;
  const speech = (seconds: number) =>
    Float32Array.from({ length: seconds * rate }, (_, at) => 0.5 * Math.sin(at));

  it("leaves a short one whole", () => {
    assert.deepEqual(cutAtPauses(speech(3), rate, 5), [{ start: 0, end: 3000 }]);
  });

  it("cuts in the pause nearest to the end, and loses nothing", () => {
    const samples = speech(9);
    samples.fill(0, 4000, 4200);
    const windows = cutAtPauses(samples, rate, 5);
    assert.equal(windows.length, 2);
    assert.ok(windows[0]!.end >= 4000 && windows[0]!.end <= 4200, String(windows[0]!.end));
    assert.equal(windows[1]!.start, windows[0]!.end);
    assert.equal(windows[1]!.end, 9000);
  });

  it("goes on without a pause, and is never longer than the window", () => {
    const windows = cutAtPauses(speech(60), rate, 5);
    assert.ok(windows.every(({ start, end }) => end > start && end - start <= 5000));
    assert.equal(windows.at(-1)!.end, 60_000);
  });

  it("leaves out silence", () => {
    assert.deepEqual(cutAtPauses(new Float32Array(20_000), rate, 5), []);
    assert.deepEqual(cutAtPauses(new Float32Array(), rate, 5), []);
  });
});

function tone(frequency: number, rate: number): Float32Array {
  return Float32Array.from({ length: rate }, (_, at) => Math.sin((2 * Math.PI * frequency * at) / rate));
}

function bytesOf(array: { buffer: ArrayBufferLike }): number[] {
  return [...new Uint8Array(array.buffer)];
}

interface WavParts {
  tag: number;
  bits: number;
  data: number[];
  channels?: number;
  subformat?: number;
  /** What the data chunk claims. */
  size?: number;
  before?: number[];
}

function wav({ tag, bits, data, channels = 1, subformat, size, before = [] }: WavParts): Uint8Array {
  const format = Buffer.alloc(subformat === undefined ? 16 : 40);
  format.writeUInt16LE(tag, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(16_000, 4);
  format.writeUInt16LE(bits, 14);
  if (subformat !== undefined) {
    format.writeUInt16LE(subformat, 24);
  }
  const body = [...chunk("fmt ", [...format]), ...before, ...chunk("data", data, size)];
  return Uint8Array.from([...chunk("RIFF", [...Buffer.from("WAVE"), ...body])]);
}

function chunk(id: string, data: number[], size = data.length): number[] {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(size);
  return [...Buffer.from(id), ...length, ...data];
}
