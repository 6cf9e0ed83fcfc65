import type { Estimate } from "../../../src/protocol/evaluation-view";

/** One series is one model, one group one criterion; values by group, then by series. */
export interface ChartData {
  groups: string[];
  series: string[];
  values: (Estimate | null)[][];
}

export interface Axis {
  least: number;
  most: number;
  ticks: number[];
}

export interface Bar {
  group: number;
  series: number;
  /** Pixels. */
  y: number;
  x: number;
  width: number;
  /** Ends of the interval; undefined where there is none. */
  low: number | undefined;
  high: number | undefined;
  estimate: Estimate;
  /** Where the value's text begins. */
  textX: number;
}

export interface BarLayout {
  axis: Axis;
  bars: Bar[];
  /** Baseline of each group's name; nothing for groups without a name. */
  headings: { text: string; y: number }[];
  ticks: { value: number; x: number }[];
  width: number;
  height: number;
  plotBottom: number;
}

export const barHeight = 14;
const barGap = 4;
const headingHeight = 22;
const groupGap = 8;
const axisHeight = 20;
const left = 1;
/** Room for a value's text behind the longest bar. */
const textWidth = 56;
const fewestPixelsPerTick = 56;

/** Horizontal bars, because names of criteria are long and panels may be narrow. */
export function layoutBars({ groups, series, values }: ChartData, width: number, fixed?: Axis): BarLayout {
  const plotWidth = Math.max(40, width - left - textWidth);
  const highest = Math.max(
    0,
    ...values.flat().map((estimate) => (estimate ? Math.max(estimate.mean, estimate.high ?? 0) : 0)),
  );
  const axis = fixed ?? axisTo(highest, Math.max(2, Math.floor(plotWidth / fewestPixelsPerTick)));
  const x = (value: number) =>
    left + ((clamp(value, axis) - axis.least) / Math.max(Number.EPSILON, axis.most - axis.least)) * plotWidth;
  const bars: Bar[] = [];
  const headings: BarLayout["headings"] = [];
  let y = 0;
  groups.forEach((text, group) => {
    if (text !== "") {
      headings.push({ text, y: y + headingHeight - 8 });
      y += headingHeight;
    }
    series.forEach((_, index) => {
      const estimate = values[group]?.[index];
      if (estimate) {
        const low = estimate.low === null ? undefined : x(estimate.low);
        const high = estimate.high === null ? undefined : x(estimate.high);
        const end = x(estimate.mean);
        const textX = Math.max(end, high ?? 0) + 6;
        const width = Math.max(1, end - left);
        bars.push({ group, series: index, y, x: left, width, low, high, estimate, textX });
      }
      y += barHeight + barGap;
    });
    y += groupGap;
  });
  const plotBottom = Math.max(0, y - groupGap);
  return {
    axis,
    bars,
    headings,
    ticks: axis.ticks.map((value) => ({ value, x: x(value) })),
    width: left + plotWidth + textWidth,
    height: plotBottom + axisHeight,
    plotBottom,
  };
}

/** From 0 to a round number that nothing exceeds, in steps of 1, 2 or 5 times a power of ten. */
export function axisTo(highest: number, mostTicks: number): Axis {
  if (!(highest > 0)) {
    return { least: 0, most: 1, ticks: [0, 1] };
  }
  const rough = highest / Math.max(1, mostTicks);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((each) => each * power >= rough * (1 - 1e-9)) ?? 10);
  const steps = Math.ceil(highest / step - 1e-9);
  // Multiplied, not added up, so that 0.3 stays 0.3.
  const ticks = Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)));
  return { least: 0, most: ticks.at(-1) ?? highest, ticks };
}

/** Every whole point of a judge's scale, thinned out where there are many. */
export function scaleAxis({ min, max }: { min: number; max: number }): Axis {
  const step = Math.max(1, Math.ceil((max - min) / 10));
  const ticks: number[] = [];
  for (let value = min; value < max; value += step) {
    ticks.push(value);
  }
  return { least: min, most: max, ticks: [...ticks, max] };
}

function clamp(value: number, { least, most }: Axis): number {
  return Math.min(most, Math.max(least, value));
}
