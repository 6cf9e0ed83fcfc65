import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { AppError } from "../../src/common/errors";
import type { Deployments } from "../../src/engine/deployments";
import type { RunnerOptions } from "../../src/evaluation/run/run-options";
import type { EvaluationRunner } from "../../src/evaluation/run/runner";
import type { Suite } from "../../src/evaluation/suite/suite";
import type { Store } from "../../src/store/store-client";
import { temporaryFolder } from "../fixtures/store/folders";
import { repoRoot, until } from "../support/engines";
import {
  allResponses,
  essence,
  newRunner,
  newSuite,
  prompt,
  runToEnd,
  sequence,
  storedEvaluation,
  untilResponses,
} from "../support/evaluations";
import { evaluationPartsPerTest, facts, memory } from "../support/evaluation-parts";

describe("ending an evaluation", function () {
  this.timeout(120_000);
  let folder: string;
  let store: Store;
  let deployments: Deployments;
  let runner: EvaluationRunner;

  const { open, close } = evaluationPartsPerTest((parts) => {
    ({ folder, store, deployments, runner } = parts);
  });

  const run = (suite: Suite) => runToEnd(runner, suite);
  const stored = (id: string) => storedEvaluation(store, id);
  const untilDone = (count: number) => untilResponses(runner, count);

  it("goes on after kill -9 as if nothing had happened", async () => {
    const suite = newSuite([memory, facts], { numRuns: 2, temperature: 0.8 });
    const id = await runner.start({ suite, reproducible: true });
    assert.equal(await runner.untilEnded(id), "completed");
    const whole = (await allResponses(store, id)).map(essence);
    await close();
    for (const killAt of [1, 6]) {
      const other = temporaryFolder();
      await runUntilKilled(other, suite, killAt);
      open({}, other);
      const [evaluation] = await store.request("listEvaluations", null);
      assert.equal(evaluation?.status, "interrupted");
      const before = await allResponses(store, evaluation.id);
      assert.ok(before.length >= killAt && before.length < 14, `${before.length} were stored`);
      await runner.resume(evaluation.id, { retryFailed: false });
      assert.equal(await runner.untilEnded(evaluation.id), "completed");
      const after = await allResponses(store, evaluation.id);
      assert.deepEqual(after.map(essence), whole);
      const ids = new Set(after.map(({ id }) => id));
      assert.ok(
        before.every(({ id }) => ids.has(id)),
        "nothing was made twice",
      );
      await close();
    }
    open();
  });

  it("cancels at once, stays cancelled, and goes on when it is asked to", async () => {
    const suite = newSuite([memory, sequence("Stories", [prompt("Tell me a story about a fox.")])], {
      numRuns: 20,
    });
    const id = await runner.start({ suite });
    const waiting = await runner.start({ suite });
    await untilDone(2);
    await runner.cancel(waiting);
    await runner.cancel(id);
    assert.deepEqual(runner.active, []);
    assert.deepEqual(deployments.list(), [], "the model that was deployed for it is stopped");
    for (const each of [id, waiting]) {
      assert.equal((await stored(each)).status, "cancelled");
    }
    const before = await allResponses(store, id);
    assert.ok(before.length >= 2 && before.length < 80, String(before.length));
    assert.ok(
      before.every(({ status }) => status === "ok"),
      "what was cut off is not kept",
    );
    await runner.cancel(id);
    await close();
    open();
    assert.equal((await stored(id)).status, "cancelled");
    await runner.resume(id, { retryFailed: false });
    await untilDone(before.length + 2);
    await close();
    open();
    assert.equal((await stored(id)).status, "interrupted", "the window was closed");
  });

  it("cancels while a model loads", async () => {
    const id = await runner.start({ suite: newSuite([facts]) });
    await until(() => deployments.list().length > 0, "the load to begin");
    await runner.cancel(id);
    assert.equal((await stored(id)).status, "cancelled");
    assert.deepEqual(deployments.list(), []);
    assert.deepEqual(await allResponses(store, id), []);
  });

  it("survives a crash of the engine: what was lost is failed, the rest is made, and retry makes it whole", async () => {
    const story = sequence("Story", [
      prompt("Tell me a story about a fox."),
      prompt("Another one about an owl."),
    ]);
    const suite = newSuite([story, facts], { numRuns: 2 });
    const id = await runner.start({ suite });
    await untilDone(1);
    process.kill(deployments.get("small")!.processId!, "SIGKILL");
    assert.equal(await runner.untilEnded(id), "completed-with-errors");
    const { responses } = await stored(id);
    assert.ok(responses.failed >= 1 && responses.failed <= 4, JSON.stringify(responses));
    const crashed = (await allResponses(store, id)).filter(({ status }) => status === "failed");
    assert.ok(crashed.every(({ errorCode, error }) => errorCode === "engine-crashed" && error !== ""));
    await runner.resume(id, { retryFailed: true });
    assert.equal(await runner.untilEnded(id), "completed");
    const whole = (await allResponses(store, await run(suite))).map(essence);
    assert.deepEqual((await allResponses(store, id)).map(essence), whole);
  });

  it("ends when nothing more can be stored, keeps what it has, says why, and goes on later", async () => {
    const full = new AppError("no-space", "There is no space left to save to “{0}”.", [folder]);
    let refused: (method: string) => boolean = () => false;
    const refusing: RunnerOptions["store"] = {
      request: (method, params) => (refused(method) ? Promise.reject(full) : store.request(method, params)),
    };
    runner = newRunner(refusing, deployments);
    const ends: unknown[] = [];
    runner.onDidEnd((end) => ends.push(end));
    runner.onDidChange(([active]) => {
      if (active?.progress?.done === 3 && ends.length === 0) {
        refused = (method) => method !== "getEvaluation";
      }
    });
    const suite = newSuite([memory, facts], { numRuns: 2 });
    const id = await runner.start({ suite });
    assert.equal(await runner.untilEnded(id), undefined);
    assert.deepEqual(ends, [{ evaluationId: id, status: undefined, error: full }]);
    assert.equal(runner.statusOf(await stored(id)), "interrupted");
    assert.equal((await allResponses(store, id)).length, 3);

    let messages = 0;
    refused = (method) => method === "recordResponses" && ++messages === 3;
    await runner.resume(id, { retryFailed: false });
    assert.equal(await runner.untilEnded(id), "failed");
    const { error, errorCode } = await stored(id);
    assert.deepEqual([error, errorCode], [full.message, "no-space"]);
    assert.equal((await allResponses(store, id)).length, 5);

    await runner.resume(id, { retryFailed: false });
    assert.equal(await runner.untilEnded(id), "completed");
    assert.equal((await allResponses(store, id)).length, 14);
    assert.equal((await stored(id)).error, undefined);
  });

  it("refuses a second runner while one runs it, and lets it in after a reset", async () => {
    const suite = newSuite([facts], { numRuns: 100 });
    const id = await runner.start({ suite });
    await untilDone(1);
    await assert.rejects(runner.resume(id, { retryFailed: false }), { code: "model-busy" });
    const second = newRunner(store, deployments);
    await second.resume(id, { retryFailed: true });
    assert.equal(await second.untilEnded(id), undefined);
    assert.equal((await stored(id)).status, "running");
    await second.reset(id);
    assert.notEqual(await runner.untilEnded(id), "completed");
    await second.resume(id, { retryFailed: false });
    await until(() => second.active[0]?.progress?.phase === "responses", "the second runner");
    await second.cancel(id);
    assert.equal((await stored(id)).status, "cancelled");
    await second.close();
  });

  async function runUntilKilled(directory: string, suite: Suite, killAt: number): Promise<void> {
    const host = fork(
      path.join(repoRoot, "test/fixtures/evaluation-host.ts"),
      [directory, JSON.stringify(suite)],
      {
        execArgv: ["--import", "tsx"],
      },
    );
    await untilMessage(host, (done) => done >= killAt);
    host.kill("SIGKILL");
    await once(host, "exit");
  }
});

async function untilMessage(child: ChildProcess, isIt: (message: number) => boolean): Promise<void> {
  for (;;) {
    const [message] = (await once(child, "message")) as [number];
    if (isIt(message)) {
      return;
    }
  }
}
