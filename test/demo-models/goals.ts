import assert from "node:assert/strict";

interface Measured {
  model: string;
  measure: string;
  of: number;
}

interface Row extends Measured {
  reached: string;
  goal: string;
}

const rows: Row[] = [];
after(printTable);

/** Notes what a model reached (shares are 0…1) and fails when that is short of the goal. */
export function atLeast(goal: number, reached: number, row: Measured): void {
  rows.push({ ...row, reached: percent(reached), goal: `≥ ${percent(goal)}` });
  assert.ok(reached >= goal, `${row.measure}: ${percent(reached)}`);
}

export function atMost(goal: number, reached: number, row: Measured): void {
  rows.push({ ...row, reached: percent(reached), goal: `≤ ${percent(goal)}` });
  assert.ok(reached <= goal, `${row.measure}: ${percent(reached)}`);
}

/** For what is no share. */
export function atLeastNumber(goal: number, reached: number, row: Measured): void {
  rows.push({ ...row, reached: reached.toFixed(2), goal: `≥ ${goal.toFixed(2)}` });
  assert.ok(reached >= goal, `${row.measure}: ${reached.toFixed(2)}`);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Once, after all files of this suite. */
function printTable(): void {
  const columns = ["model", "measure", "of", "reached", "goal"] as const;
  const lines = [Object.fromEntries(columns.map((name) => [name, name])), ...rows];
  const widths = columns.map((name) => Math.max(...lines.map((line) => String(line[name]).length)));
  for (const line of lines) {
    const cells = columns.map((name, index) => String(line[name]).padEnd(widths[index]!));
    console.log(`    ${cells.join("   ").trimEnd()}`);
  }
}
