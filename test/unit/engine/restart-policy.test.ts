import assert from "node:assert/strict";
import { RestartPolicy } from "../../../src/engine/restart-policy";

describe("restarts after crashes", () => {
  const policy = () => new RestartPolicy({ restartPausesMs: [1, 4, 16], restartWindowMs: 600 });

  it("pause longer each time, and end", () => {
    const restarts = policy();
    const pauses = [0, 10, 20, 30, 40].map((now) => restarts.next(now)?.pauseMs);
    assert.deepEqual(pauses, [1, 4, 16, undefined, undefined]);
  });

  it("are forgotten after a while, one by one", () => {
    const restarts = policy();
    [0, 100, 200].forEach((now) => restarts.next(now));
    assert.equal(restarts.next(599), undefined);
    assert.deepEqual(restarts.next(600), { attempt: 3, pauseMs: 16 });
    assert.equal(restarts.next(650), undefined);
    assert.deepEqual(restarts.next(5_000), { attempt: 1, pauseMs: 1 });
  });
});
