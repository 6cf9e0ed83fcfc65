/** Part of a recording, in samples; `end` is exclusive. */
export interface AudioWindow {
  start: number;
  end: number;
}

/** Loudness is judged over this long, seconds. */
const frameSeconds = 0.03;
/** Share of a window, at its end, in which a pause is looked for. */
const searchShare = 0.4;
/** Below this root mean square nothing is said; speech models invent words for silence. */
const silence = 0.001;

/**
 * Cuts a recording into windows of at most `windowSeconds`, each ending at the quietest moment near its
 * end, so that words stay whole. Silent windows are left out.
 */
export function cutAtPauses(samples: Float32Array, sampleRate: number, windowSeconds: number): AudioWindow[] {
  const windowLength = Math.floor(windowSeconds * sampleRate);
  const frameLength = Math.max(1, Math.floor(frameSeconds * sampleRate));
  const windows: AudioWindow[] = [];
  for (let start = 0; start < samples.length;) {
    const limit = start + windowLength;
    const end =
      limit >= samples.length
        ? samples.length
        : quietestMoment(samples, limit - Math.floor(windowLength * searchShare), limit, frameLength);
    if (loudestFrame(samples, start, end, frameLength) > silence) {
      windows.push({ start, end });
    }
    start = end;
  }
  return windows;
}

/** The middle of the quietest frame in `from`…`to`, the latest of equals. */
function quietestMoment(samples: Float32Array, from: number, to: number, frameLength: number): number {
  let quietest = { level: Infinity, at: to };
  for (let at = from; at + frameLength <= to; at += frameLength) {
    const level = rootMeanSquare(samples, at, at + frameLength);
    if (level <= quietest.level) {
      quietest = { level, at: at + Math.floor(frameLength / 2) };
    }
  }
  return quietest.at;
}

function loudestFrame(samples: Float32Array, start: number, end: number, frameLength: number): number {
  let loudest = 0;
  for (let at = start; at < end; at += frameLength) {
    loudest = Math.max(loudest, rootMeanSquare(samples, at, Math.min(end, at + frameLength)));
  }
  return loudest;
}

function rootMeanSquare(samples: Float32Array, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at < end; at++) {
    sum += (samples[at] ?? 0) ** 2;
  }
  return Math.sqrt(sum / Math.max(1, end - start));
}
