import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import os from "node:os";
import { availableMemoryBytes, listedPages, pageBytes } from "../../../src/engine-process/memory";

/** Two zones of `/proc/zoneinfo`, without the statistics between. */
const zones = `Node 0, zone      DMA
  per-node stats
      nr_inactive_anon 12345
  pages free     3840
        managed  4000
  pagesets
    cpu: 0
              count:    0
              high:     4
    cpu: 1
              count:    10
              high:     4
  node_unreclaimable:  0
Node 0, zone   Normal
  pages free     500000
        managed  996000
  pagesets
    cpu: 0
              count:    90
              high_min: 1000
    cpu: 1
              count:    99900
              high_min: 1000
`;

describe("available memory", () => {
  it("includes the free pages that processors keep for themselves", () => {
    assert.equal(listedPages(zones), 100_000);
    assert.equal(listedPages(""), 0);
  });

  it("knows how large a page is", () => {
    const vector = Buffer.from(new BigUint64Array([33n, 1n, 16n, 2n, 6n, 16_384n, 0n, 0n]).buffer);
    assert.equal(pageBytes(vector), 16_384);
    assert.equal(pageBytes(vector.subarray(0, 40)), 4096);
  });

  it("reads what this machine says of both", async function () {
    const available = await availableMemoryBytes();
    assert.ok(available > 0 && available <= os.totalmem(), String(available));
    if (process.platform !== "linux") {
      this.skip();
    }
    const pageSize = execFileSync("getconf", ["PAGESIZE"], { encoding: "utf8" });
    assert.equal(pageBytes(await readFile("/proc/self/auxv")), Number(pageSize));
    assert.ok(listedPages(await readFile("/proc/zoneinfo", "utf8")) > 0);
  });
});
