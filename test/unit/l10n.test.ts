import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";

const root = path.resolve(__dirname, "../..");

describe("the translation bundle", () => {
  it("has every sentence of the sources", () => {
    const script = path.join(root, "scripts/l10n.mjs");
    const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
  });
});
