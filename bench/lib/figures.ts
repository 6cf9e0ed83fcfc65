export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** One figure is one line of JSON. */
export function figurePrinter(bench: string): (metric: string, value: number) => void {
  return (metric, value) => console.log(JSON.stringify({ bench, metric, value: Number(value.toFixed(3)) }));
}
