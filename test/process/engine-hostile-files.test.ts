import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { AppError } from "../../src/common/errors";
import { silentLogger } from "../../src/common/logger";
import { EngineChild } from "../../src/engine/engine-child";
import { defaultTiming, type WatchdogTiming } from "../../src/engine/timing";
import type { EngineName, LoadParams } from "../../src/protocol/engine";
import {
  ask,
  chatTarget,
  demoChatModel,
  demoSnapshot,
  enginePath,
  isAlive,
  newDeployments,
  onnxTarget,
  seededRandom,
} from "../support/engines";

/**
 * Every file is loaded by a real engine process. Starting one takes most of the time, so a process that
 * refused a file is given the next one; after a crash, a hang or a success a new one is started.
 */
const ggufFiles = 200;
const onnxFiles = 100;
const seed = 20_260_207;
/** Bytes at the beginning of the demo model that are its header, rounded up. */
const headerBytes = 65_536;
const atOnce = 2;
/** Hostile files that keep the parser busy are given up soon here; any process of the product, later. */
const hasty: WatchdogTiming = {
  checkEveryMs: 500,
  loadingMs: 5_000,
  progressMs: 5_000,
  idleMs: 20_000,
  busyMs: 20_000,
  poolMs: 20_000,
};

describe("hostile files", function () {
  this.timeout(600_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), "local-models-hostile-"));
  const random = seededRandom(seed);

  const deployments = newDeployments({
    timing: { ...defaultTiming, watchdog: { llama: hasty, onnx: hasty } },
  });

  after(async () => {
    await deployments.dispose();
    rmSync(folder, { recursive: true });
  });

  it(`${ggufFiles} GGUF files with flipped bits in their header work or are refused`, async () => {
    const original = readFileSync(demoChatModel());
    const outcomes = await loadAll("llama", ggufFiles, (worker) => {
      const file = path.join(folder, `${worker}.gguf`);
      writeFileSync(file, flipHeaderBits(original));
      return { ...chatTarget(file).load, contextLength: 256 };
    });
    assert.ok(count(outcomes, "works") > 10, JSON.stringify(outcomes));
    assert.ok(count(outcomes, "not-a-model") > 50, JSON.stringify(outcomes));
  });

  it(`${onnxFiles} mutated ONNX files work or are refused`, async () => {
    const snapshot = demoSnapshot("demo-sentence-onnx");
    const original = readFileSync(path.join(snapshot, "onnx/model_quantized.onnx"));
    const { load } = onnxTarget("demo-sentence-onnx", "embedding", ["model"]);
    const outcomes = await loadAll("onnx", onnxFiles, (worker) => {
      const copy = path.join(folder, `onnx-${worker}`);
      mkdirSync(copy, { recursive: true });
      cpSync(snapshot, copy, { recursive: true, dereference: true });
      writeFileSync(path.join(copy, "onnx/model_quantized.onnx"), mutate(original));
      return { ...load, modelPath: copy };
    });
    assert.ok(count(outcomes, "works") > 10, JSON.stringify(outcomes));
    assert.ok(count(outcomes, "unsupported-model") > 10, JSON.stringify(outcomes));
  });

  it("are deployed like any other file: each ends as failed or running, and a sound model works after them", async () => {
    const original = readFileSync(demoChatModel());
    const targets = Array.from({ length: 6 }, (_, index) => {
      const file = path.join(folder, `deployed-${index}.gguf`);
      writeFileSync(file, flipHeaderBits(original));
      return chatTarget(file, `hostile-${index}`);
    });
    await Promise.all(targets.map((target) => deployments.deploy(target).catch(checkSentence)));
    for (const { status, processId } of deployments.list()) {
      assert.ok(status.state === "failed" || status.state === "running", status.state);
      assert.equal(isAlive(processId!), status.state === "running");
    }
    await deployments.deploy(chatTarget(demoChatModel()));
    assert.match((await deployments.chat("model", ask("Who are you?"), {})).text, /model/i);
  });

  /** Mostly a single bit; half of them hit keys, lengths and tensor descriptions rather than the vocabulary. */
  function flipHeaderBits(original: Buffer): Buffer {
    const bytes = Buffer.from(original);
    const flips = random() < 0.6 ? 1 : 2 + Math.floor(random() * 4);
    for (let flip = 0; flip < flips; flip++) {
      const place = random();
      const position =
        place < 0.25
          ? random() * 1_200
          : place < 0.5
            ? headerBytes - random() * 5_000
            : random() * headerBytes;
      const index = Math.floor(position);
      bytes[index] = bytes[index]! ^ (1 << Math.floor(random() * 8));
    }
    return bytes;
  }

  /** Flipped bits, a part that is missing, zeroed or doubled, or a file that ends too early. */
  function mutate(original: Buffer): Buffer {
    const at = Math.floor(random() * original.length);
    const length = 1 + Math.floor(random() ** 3 * 10_000);
    const [before, part, rest] = [
      original.subarray(0, at),
      original.subarray(at, at + length),
      original.subarray(at + length),
    ];
    const kind = random();
    if (kind < 0.5) {
      const bytes = Buffer.from(original);
      for (let flip = 1 + Math.floor(random() * 30); flip > 0; flip--) {
        const index = Math.floor(random() * bytes.length);
        bytes[index] = bytes[index]! ^ (1 << Math.floor(random() * 8));
      }
      return bytes;
    }
    if (kind < 0.6) {
      return Buffer.concat([before, rest]);
    }
    if (kind < 0.75) {
      return Buffer.concat([before, Buffer.alloc(part.length), rest]);
    }
    return kind < 0.9 ? Buffer.concat([before, part, part, rest]) : Buffer.from(before);
  }

  async function loadAll(
    engine: EngineName,
    files: number,
    makeFile: (worker: number) => LoadParams,
  ): Promise<string[]> {
    const outcomes: string[] = [];
    let next = 0;
    const worker = async (number: number) => {
      let child = startChild(engine);
      try {
        for (let index = next++; index < files; index = next++) {
          const outcome = await tryFile(child, makeFile(number));
          outcomes.push(outcome);
          if (outcome === "works" || outcome.startsWith("engine-")) {
            await child.shutdown();
            assert.ok(!isAlive(child.pid!));
            child = startChild(engine);
          }
        }
      } finally {
        await child.shutdown();
      }
    };
    await Promise.all(Array.from({ length: atOnce }, (_, number) => worker(number)));
    assert.equal(outcomes.length, files);
    return outcomes;
  }
});

function startChild(engine: EngineName): EngineChild {
  return new EngineChild({
    entry: enginePath,
    engine,
    name: "hostile",
    logger: silentLogger,
    watchdog: hasty,
  });
}

/** `works`, or the code of the error. A model that loads is used, whatever comes of it. */
async function tryFile(child: EngineChild, params: LoadParams): Promise<string> {
  try {
    await child.load(params, () => {});
  } catch (error) {
    return checkSentence(error);
  }
  const request =
    params.engine === "llama"
      ? child.rpc.request("chat", ask("Who are you?", { maxTokens: 2 }))
      : child.rpc.request("embed", { texts: ["a fox"] });
  await request.catch(checkSentence);
  return "works";
}

function checkSentence(error: unknown): string {
  assert.ok(error instanceof AppError, String(error));
  assert.doesNotMatch(error.message, /undefined|NaN|\[object/);
  return error.code;
}

function count(outcomes: readonly string[], wanted: string): number {
  return outcomes.filter((outcome) => outcome === wanted).length;
}
