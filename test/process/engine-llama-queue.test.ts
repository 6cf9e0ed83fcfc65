import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { demoChatModel } from "../support/engines";

interface Report {
  isQueued: boolean;
  plain: number[][];
  queued: number[][];
  error: string | number[];
  again: number[];
  looped: number[][];
  direct?: number[][];
  aheadTogether?: { tokens: number[][]; widths: number[]; isIntact: boolean[] };
  place: number;
  failed: { error: string; again: number[] };
  ahead?: {
    tokens: number[];
    steps: number;
    isIntact: boolean;
    unwanted: number;
    reused: number;
    continued: number[];
    expected: number[];
    failed: [askedFor: string, unasked: boolean, again: number[]];
  };
}

function run(poolSize: string): Promise<Report> {
  const child = fork(path.join(__dirname, "../support/queued-sampling-child.mts"), [demoChatModel()], {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, UV_THREADPOOL_SIZE: poolSize },
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`The process ended with ${String(code)} before it reported.`);
  });
  ended.catch(() => undefined);
  return Promise.race([once(child, "message").then(([report]) => report as Report), ended]);
}

describe("tokens that are drawn right behind their evaluation", () => {
  it("are those that the library draws after it, for several answers at once", async () => {
    const { isQueued, plain, queued } = await run("1");
    assert.ok(isQueued, "the library has changed: nothing was queued");
    assert.deepEqual(queued, plain);
  });

  it("are an error where the evaluation fails, after which the sequence works again", async () => {
    const { error, again, plain } = await run("1");
    assert.match(String(error), /Failed to sample/);
    assert.deepEqual(again, plain[0]);
  });

  it("wait as before where background jobs could overtake each other", async () => {
    assert.equal((await run("4")).isQueued, false);
  });

  it("are the library's own where steps are asked of llama.cpp directly", async () => {
    const { looped, direct, place, failed, plain } = await run("1");
    assert.ok(direct, "the library has changed: nothing was drawn directly");
    assert.deepEqual(direct, looped);
    assert.equal(place, looped[0]!.length - 1);
    assert.match(failed.error, /Eval has failed/);
    assert.deepEqual(failed.again, plain[0]);
    assert.equal((await run("4")).direct, undefined);
  });

  it("are the same where each step begins by itself", async () => {
    const { looped, ahead } = await run("1");
    assert.ok(ahead, "the library has changed: nothing was drawn directly");
    assert.deepEqual(ahead.tokens, looped[0]);
    assert.ok(ahead.steps > 5 && ahead.steps < ahead.tokens.length, `${ahead.steps} steps`);
  });

  it("are the same where the steps of several answers begin by themselves", async () => {
    const { looped, aheadTogether } = await run("1");
    assert.ok(aheadTogether, "the library has changed: nothing was drawn directly");
    const { tokens, widths, isIntact } = aheadTogether;
    assert.deepEqual(tokens, looped);
    assert.ok(widths.length > 5 && widths.length < looped[0]!.length, `${widths.length} steps`);
    assert.deepEqual(new Set(widths), new Set([looped.length]));
    assert.deepEqual(isIntact, [true, true]);
  });

  it("leave a sequence that goes on as if nobody had drawn more than was wanted", async () => {
    const { ahead } = await run("1");
    assert.ok(ahead?.isIntact);
    assert.ok(ahead.unwanted <= 1, `${ahead.unwanted} tokens`);
    assert.equal(ahead.reused, ahead.tokens.length - 1 + ahead.unwanted);
    assert.deepEqual(ahead.continued, ahead.expected);
  });

  it("fail where a step that began by itself does, but only for who asked for its token", async () => {
    const { ahead, plain } = await run("1");
    const [askedFor, unasked, again] = ahead!.failed;
    assert.match(askedFor, /Eval has failed/);
    assert.equal(unasked, false);
    assert.deepEqual(again, plain[0]);
  });
});
