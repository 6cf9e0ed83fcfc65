import assert from "node:assert/strict";
import { formatBytes, formatDuration, formatPercent } from "../../../src/common/format";

describe("figures for people", () => {
  it("bytes in decimal units with one digit", () => {
    const samples = [0, 999, 1000, 1_234_567, 99_940_000, 99_960_000, 999_600_000, 7_600_000_000];
    assert.deepEqual(samples.map(formatBytes), [
      "0 B",
      "999 B",
      "1.0 KB",
      "1.2 MB",
      "99.9 MB",
      "100 MB",
      "1.0 GB",
      "7.6 GB",
    ]);
  });

  it("durations in the two largest units", () => {
    assert.deepEqual([0, 59.4, 60, 200, 7500, 3600].map(formatDuration), [
      "0 s",
      "59 s",
      "1 min",
      "3 min 20 s",
      "2 h 5 min",
      "1 h",
    ]);
  });

  it("percents never reach 100 too early", () => {
    assert.deepEqual(
      [formatPercent(999, 1000), formatPercent(1000, 1000), formatPercent(1, 0)],
      ["99 %", "100 %", "0 %"],
    );
  });
});
