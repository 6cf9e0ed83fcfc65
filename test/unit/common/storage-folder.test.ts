import assert from "node:assert/strict";
import path from "node:path";
import { steadyStorageFolder } from "../../../src/common/storage-folder";

const folder = (workspace: string) =>
  path.join("/data", "workspaceStorage", workspace, "local-models.local-models");

describe("the storage folder of a workspace", () => {
  const cases = [
    ["0b1d2a3c4d5e6f708192a3b4c5d6e7f8-1", "0b1d2a3c4d5e6f708192a3b4c5d6e7f8"],
    ["5db35d67-9", "5db35d67"],
    ["-6f3c12aa-2", "-6f3c12aa"],
    ["0b1d2a3c4d5e6f708192a3b4c5d6e7f8", "0b1d2a3c4d5e6f708192a3b4c5d6e7f8"],
    ["-6f3c12aa", "-6f3c12aa"],
    ["-7", "-7"],
    ["1732170000000", "1732170000000"],
    ["ext-dev", "ext-dev"],
  ] as const;
  for (const [given, steady] of cases) {
    it(`of ${given} is ${steady}`, () => {
      assert.equal(steadyStorageFolder(folder(given)), folder(steady));
    });
  }
});
