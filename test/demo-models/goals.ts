import assert from "node:assert/strict";

interface Row {
  model: string;
  measure: string;
  of: number;
  reached: string;
  goal: string;
}

const rows: Row[] = [];

/** Notes what a model reached (shares are 0…1) and fails when that is short of the goal. */
export function atLeast(
  goal: number,
  reached: number,
  row: { model: string; measure: string; of: number },
): void {
  note("≥", goal, reached, row);
  assert.ok(reached >= goal, `${row.measure}: ${percent(reached)}`);
}

export function atMost(
  goal: number,
  reached: number,
  row: { model: string; measure: string; of: number },
): void {
  note("≤", goal, reached, row);
  assert.ok(reached <= goal, `${row.measure}: ${percent(reached)}`);
}

function note(sign: string, goal: number, reached: number, row: Omit<Row, "reached" | "goal">): void {
  rows.push({ ...row, reached: percent(reached), goal: `${sign} ${percent(goal)}` });
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

export function printTable(): void {
  const columns = ["model", "measure", "of", "reached", "goal"] as const;
  const lines = [Object.fromEntries(columns.map((name) => [name, name])), ...rows];
  const widths = columns.map((name) => Math.max(...lines.map((line) => String(line[name]).length)));
  for (const line of lines) {
    const cells = columns.map((name, index) => String(line[name]).padEnd(widths[index]!));
    console.log(`    ${cells.join("   ").trimEnd()}`);
  }
}
