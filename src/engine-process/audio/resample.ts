/** Zero crossings of the sinc on either side: enough to keep aliases below what speech models hear. */
const zeroCrossings = 16;
/** Part of the narrower band that is kept; the rest is the filter's slope. */
const passband = 0.95;

/** Output samples that are computed at once, which blocks the process. */
const portion = 1_000_000;

/**
 * Changes the sample rate (Hz) with a Hann-windowed sinc filter, one set of taps per phase. Each portion is
 * one `step`, so that a long recording keeps nobody waiting.
 */
export async function resample(
  samples: Float32Array,
  from: number,
  to: number,
  step: (task: () => Promise<void>) => Promise<void>,
): Promise<Float32Array> {
  if (from === to) {
    return samples;
  }
  const divisor = greatestCommonDivisor(from, to);
  const phases = to / divisor;
  const stride = from / divisor;
  const filters = Array.from({ length: phases }, (_, phase) => filterTaps(phase / phases, from, to));
  const output = new Float32Array(Math.ceil((samples.length * to) / from));
  for (let start = 0; start < output.length; start += portion) {
    await step(() => {
      const end = Math.min(start + portion, output.length);
      for (let index = start; index < end; index++) {
        const position = index * stride;
        const filter = filters[position % phases];
        output[index] = filter ? filtered(samples, Math.floor(position / phases), filter) : 0;
      }
      return Promise.resolve();
    });
  }
  return output;
}

interface Filter {
  taps: Float32Array;
  /** Position of the first tap. */
  first: number;
}

function filtered(samples: Float32Array, position: number, { taps, first }: Filter): number {
  let sum = 0;
  for (let tap = 0; tap < taps.length; tap++) {
    sum += (taps[tap] ?? 0) * (samples[position + first + tap] ?? 0);
  }
  return sum;
}

/** Taps for an output that lies `fraction` of an input sample after input `-first`; they sum to 1. */
function filterTaps(fraction: number, from: number, to: number): Filter {
  const cutoff = Math.min(1, to / from) * passband;
  const halfWidth = zeroCrossings / cutoff;
  const first = Math.ceil(fraction - halfWidth);
  const last = Math.floor(fraction + halfWidth);
  const taps = new Float32Array(last - first + 1);
  for (let tap = 0; tap < taps.length; tap++) {
    const distance = first + tap - fraction;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / halfWidth);
    taps[tap] = sinc(cutoff * distance) * window;
  }
  const sum = taps.reduce((total, value) => total + value, 0);
  return { taps: taps.map((value) => value / sum), first };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
