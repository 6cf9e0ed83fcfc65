import assert from "node:assert/strict";
import os from "node:os";
import { ThreadShare, threadsEach } from "../../../src/engine/thread-share";

const cores = os.availableParallelism();
const returnMs = 20;

describe("sharing threads", () => {
  it("divides evenly, and leaves everybody at least one", () => {
    assert.deepEqual(
      [0, 1, 2, 3, 8, 9].map((models) => threadsEach(8, models)),
      [8, 8, 4, 2, 1, 1],
    );
  });

  it("limits models that work at the same time at once, and gives threads back a little later", async () => {
    const [a, b, idle] = [model(), model(), model()];
    const share = new ThreadShare(() => [a, b, idle], returnMs);
    a.isBusy = true;
    share.update();
    b.isBusy = true;
    share.update();
    assert.deepEqual([a.limit, b.limit], [threadsEach(cores, 2), threadsEach(cores, 2)]);
    b.isBusy = false;
    share.update();
    assert.equal(a.limit, threadsEach(cores, 2), "not yet");
    await later();
    assert.equal(a.limit, cores);
    assert.equal(idle.limit, undefined, "an idle model is told nothing");
  });

  it("does not swing when short requests come and go", async () => {
    const [steady, brief] = [model(), model()];
    const share = new ThreadShare(() => [steady, brief], returnMs);
    steady.isBusy = true;
    share.update();
    const limits = new Set<number | undefined>();
    for (let round = 0; round < 10; round++) {
      brief.isBusy = true;
      share.update();
      limits.add(steady.limit);
      brief.isBusy = false;
      share.update();
      limits.add(steady.limit);
    }
    assert.deepEqual([...limits], [threadsEach(cores, 2)]);
    share.dispose();
    await later();
    assert.equal(steady.limit, threadsEach(cores, 2), "disposed");
  });
});

function model() {
  return {
    isBusy: false,
    limit: undefined as number | undefined,
    limitThreads(most: number) {
      this.limit = most;
    },
  };
}

function later(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 4 * returnMs));
}
