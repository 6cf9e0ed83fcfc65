import assert from "node:assert/strict";
import { AppError, deserializeError, serializeError } from "../../../src/common/errors";
import { shortageOf, tooLargeError, whatToStop } from "../../../src/engine/memory";

const GB = 1e9;
const holder = (name: string, gigabytes: number | undefined, isBusy = false) => ({
  target: { name },
  isBusy,
  memoryBytes: gigabytes === undefined ? undefined : gigabytes * GB,
});
const names = (missing: number, running: ReturnType<typeof holder>[]) =>
  whatToStop(missing * GB, running).map(({ target }) => target.name);

describe("what could be stopped for a model that does not fit", () => {
  it("is the smallest model that is enough", () => {
    assert.deepEqual(names(1, [holder("big", 8), holder("right", 2), holder("small", 0.5)]), ["right"]);
  });

  it("is rather an idle model than a smaller one in use", () => {
    assert.deepEqual(names(1, [holder("busy", 2, true), holder("idle", 3)]), ["idle"]);
    assert.deepEqual(names(1, [holder("busy", 2, true), holder("idle", 0.5)]), ["busy"]);
  });

  it("is several when none is enough alone, and none when all are not enough", () => {
    assert.deepEqual(names(4, [holder("a", 1), holder("b", 3), holder("c", 2)]), ["b", "c"]);
    assert.deepEqual(names(7, [holder("a", 1), holder("b", 3), holder("c", 2)]), []);
    assert.deepEqual(names(1, []), []);
    assert.deepEqual(names(1, [holder("unknown", undefined)]), []);
  });

  it("is said in the error, with the numbers", () => {
    const facts = { neededBytes: 3.2 * GB, availableBytes: 2.1 * GB };
    const error = new AppError("model-too-large", "{0} {1}", ["?", "?"], "detail", facts);
    const shortage = shortageOf(error)!;
    assert.deepEqual(shortage, { needed: 3.2 * GB, available: 2.1 * GB });
    const told = tooLargeError("X", shortage, [holder("Y", 1.9)], error);
    assert.equal(
      told.message,
      "X needs about 3.2 GB of memory, and 2.1 GB is free. Stop Y (1.9 GB), or choose a smaller model.",
    );
    assert.equal(told.detail, "detail");
    assert.deepEqual(shortageOf(told), shortage);
    assert.match(tooLargeError("X", shortage, [], error).message, /Close other programs, or choose/);
  });

  it("survives the way from the engine's process", () => {
    const facts = { neededBytes: 2, availableBytes: 1 };
    const error = new AppError("model-too-large", "Too large.", [], "detail", facts);
    assert.deepEqual(shortageOf(deserializeError(serializeError(error))), { needed: 2, available: 1 });
  });

  it("knows no numbers of other errors", () => {
    assert.equal(shortageOf(new AppError("model-too-large", "Too large.")), undefined);
    const facts = { neededBytes: 1, availableBytes: 0 };
    assert.equal(shortageOf(new AppError("internal", "x", [], undefined, facts)), undefined);
  });
});
