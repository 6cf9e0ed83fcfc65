import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, truncateSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { randomLlama } from "../../bench/lib/random-llama";
import { AppError } from "../../src/common/errors";
import { shortageOf } from "../../src/engine/memory";
import {
  ask,
  cacheFolder,
  chatTarget,
  demoChatModel,
  demoSnapshot,
  hasCode,
  newDeployments,
  onnxTarget,
} from "../support/engines";

const cycles = 20;
const allowedGrowthBytes = 20e6;

describe("the memory of models", function () {
  this.timeout(300_000);
  const deployments = newDeployments();
  const folder = mkdtempSync(path.join(os.tmpdir(), "local-models-memory-"));

  afterEach(() => Promise.all(deployments.list().map(({ target }) => deployments.stop(target.id))));
  after(async () => {
    await deployments.dispose();
    rmSync(folder, { recursive: true });
  });

  it(`is the system's again after stop, also after ${cycles} times`, async () => {
    const cycle = async () => {
      await deployments.deploy(chatTarget(demoChatModel()));
      await deployments.chat("model", ask("Who are you?"), {});
      const during = await treeBytes();
      await deployments.stop("model");
      return during;
    };
    await cycle();
    await cycle();
    const before = await treeBytes();
    let during = 0;
    for (let index = 0; index < cycles; index++) {
      during = await cycle();
    }
    const after = await treeBytes();
    const said = `before ${before}, during ${during}, after ${after}`;
    assert.ok(during > before + 20e6, `the model takes memory: ${said}`);
    assert.ok(after - before <= allowedGrowthBytes, said);
  });

  it("names what could be stopped for a model that does not fit, and it is enough", async function () {
    // What is free changes while others use the machine.
    this.retries(3);
    const target = chatTarget(await randomLlama(cacheFolder));
    await deployments.deploy({ ...target, name: "Running" });
    const big = { ...onnxTarget("demo-sentence-onnx", "embedding", ["model"]), id: "big", name: "Big" };
    const model = path.join(folder, "model");
    cpSync(demoSnapshot("demo-sentence-onnx"), model, { recursive: true, dereference: true });
    big.load.modelPath = model;
    const deployOf = async (bytes: number) => {
      truncateSync(path.join(model, "onnx/model_quantized.onnx"), Math.round(bytes));
      await assert.rejects(deployments.deploy(big), hasCode("model-too-large"));
      const { status } = deployments.get("big")!;
      assert.ok(status.state === "failed");
      return { error: status.error, shortage: shortageOf(status.error)! };
    };

    const far = await deployOf(2 * os.totalmem());
    assert.deepEqual(deployments.couldStop(far.error), [], "stopping is not enough");
    assert.match(far.error.message, /^Big needs about [\d.]+ [GT]B of memory, and .+ is free\. Close other/);

    // Now so large that half of what the running model holds is missing.
    const held = runningBytes(far.error);
    const perByte = far.shortage.needed / (2 * os.totalmem());
    const near = await deployOf((far.shortage.available + held / 2) / perByte);
    assert.match(near.error.message, /Stop Running \([\d.]+ MB\), or choose a smaller model\.$/);
    assert.deepEqual(
      deployments.couldStop(near.error).map(({ target: { name } }) => name),
      ["Running"],
    );
  });

  /** Memory of the running model as the host knows it: the most that may be missing so that it is named. */
  function runningBytes({ code, template, args }: AppError): number {
    let low = 0;
    let high = 100e9;
    while (high - low > 1e6) {
      const middle = (low + high) / 2;
      const facts = { neededBytes: middle, availableBytes: 0 };
      const isNamed = deployments.couldStop(new AppError(code, template, args, undefined, facts)).length > 0;
      [low, high] = isNamed ? [middle, high] : [low, middle];
    }
    assert.ok(low > 50e6, `the running model holds ${low} bytes`);
    return low;
  }
});

/** Resident memory of this process after a garbage collection, and of all its descendants, in bytes. */
async function treeBytes(): Promise<number> {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const sizes = await Promise.all((await descendants(process.pid)).map(residentBytes));
  return sizes.reduce((sum, size) => sum + size, process.memoryUsage.rss());
}

/** Empty where there is no `/proc`. */
async function descendants(root: number): Promise<number[]> {
  const entries = await readdir("/proc").catch(() => []);
  const parents = await Promise.all(
    entries
      .filter((entry) => /^\d+$/.test(entry))
      .map(async (pid) => [Number(pid), await parentOf(pid)] as const),
  );
  const childrenOf = (pid: number): number[] =>
    parents.filter(([, parent]) => parent === pid).flatMap(([child]) => [child, ...childrenOf(child)]);
  return childrenOf(root);
}

async function parentOf(pid: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1] ?? 0);
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
