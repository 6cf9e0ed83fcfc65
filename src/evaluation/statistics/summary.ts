/** Undefined for no values. */
export function mean(values: ArrayLike<number>): number | undefined {
  return values.length === 0 ? undefined : sum(values) / values.length;
}

/** Of a sample, with n − 1; undefined below two values. */
export function standardDeviation(values: ArrayLike<number>): number | undefined {
  const average = mean(values);
  if (average === undefined || values.length < 2) {
    return undefined;
  }
  const squares = Float64Array.from(values, (value) => (value - average) ** 2);
  return Math.sqrt(sum(squares) / (values.length - 1));
}

/**
 * `share` is 0…1; between two values it is interpolated (Hyndman and Fan's type 7, the default of R and
 * NumPy). Undefined for no values.
 */
export function percentile(values: ArrayLike<number>, share: number): number | undefined {
  return percentileOfSorted(Float64Array.from(values).sort(), share);
}

export function percentileOfSorted(sorted: Float64Array, share: number): number | undefined {
  const place = Math.min(1, Math.max(0, share)) * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below === undefined || above === undefined
    ? undefined
    : below + (above - below) * (place - Math.floor(place));
}

/** Compensated (Neumaier), so that the order of a hundred thousand values makes no difference. */
export function sum(values: ArrayLike<number>): number {
  let [total, lost] = [0, 0];
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}
