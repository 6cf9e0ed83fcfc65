import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { randomLlama } from "../../bench/lib/random-llama";
import { writeGguf } from "../../bench/lib/gguf-writer";
import type { ErrorCode } from "../../src/common/errors";
import type { DeploymentStatus } from "../../src/engine/deployments";
import {
  ask,
  cacheFolder,
  chatTarget,
  demoChatModel,
  hasCode,
  isAlive,
  newDeployments,
  onnxTarget,
  repoRoot,
  until,
} from "../support/engines";

describe("an engine process", function () {
  this.timeout(120_000);
  const deployments = newDeployments();
  const folder = mkdtempSync(path.join(os.tmpdir(), "local-models-engine-"));

  afterEach(() => Promise.all(deployments.list().map(({ target }) => deployments.stop(target.id))));
  after(async () => {
    await deployments.dispose();
    rmSync(folder, { recursive: true });
  });

  it("goes from loading to running, and is gone after stop", async () => {
    const seen: DeploymentStatus["state"][] = [];
    const listener = deployments.onDidChange(([first]) => first && seen.push(first.status.state));
    await deployments.deploy(chatTarget(demoChatModel()));
    const pid = deployments.get("model")!.processId!;
    assert.ok(isAlive(pid));
    await deployments.stop("model");
    listener.dispose();
    assert.ok(!isAlive(pid));
    assert.deepEqual(deployments.list(), []);
    assert.deepEqual([...new Set(seen)], ["loading", "running", "stopping"]);
  });

  it("refuses to hold the same model twice", async () => {
    const first = deployments.deploy(chatTarget(demoChatModel()));
    await assert.rejects(deployments.deploy(chatTarget(demoChatModel())), hasCode("model-busy"));
    await first;
    await assert.rejects(deployments.deploy(chatTarget(demoChatModel())), hasCode("model-busy"));
  });

  it("runs several models side by side", async () => {
    await Promise.all(["one", "two"].map((id) => deployments.deploy(chatTarget(demoChatModel(), id))));
    const answers = await Promise.all(
      ["one", "two"].map((id) => deployments.chat(id, ask("Who are you?"), {})),
    );
    assert.equal(answers[0]!.text, answers[1]!.text);
    assert.notEqual(deployments.get("one")!.processId, deployments.get("two")!.processId);
  });

  it("is ended by force when it does not react to stop", async () => {
    await deployments.deploy(chatTarget(demoChatModel()));
    const pid = deployments.get("model")!.processId!;
    process.kill(pid, "SIGSTOP");
    await deployments.stop("model");
    assert.ok(!isAlive(pid));
  });

  it("measures thread counts at its first deploy only, and uses them at later ones", async () => {
    const target = chatTarget(demoChatModel());
    target.load.threads = 0;
    const { measuredThreads } = await deployments.deploy(target);
    assert.ok(measuredThreads && measuredThreads.generation >= 1);
    await deployments.stop("model");
    const second = await deployments.deploy(target);
    assert.equal(second.measuredThreads, undefined);
    assert.equal(second.threads, measuredThreads.generation);
    assert.equal(second.promptThreads, measuredThreads.prompt);
  });

  it("ends when loading is cancelled", async () => {
    const model = await randomLlama(cacheFolder);
    const controller = new AbortController();
    const listener = deployments.onDidChange(() => controller.abort());
    await assert.rejects(deployments.deploy(chatTarget(model), controller.signal), hasCode("aborted"));
    listener.dispose();
    assert.deepEqual(deployments.list(), []);
  });

  it("stops while it evaluates a long prompt", async () => {
    await deployments.deploy(chatTarget(await randomLlama(cacheFolder)));
    const controller = new AbortController();
    const result = await deployments.chat("model", ask("abc ".repeat(900)), {
      signal: controller.signal,
      onEvent: (event) => event.type === "prompt" && event.done > 0 && controller.abort(),
    });
    assert.equal(result.stopReason, "aborted");
    assert.ok(result.evaluatedTokens < result.promptTokens, "the rest of the prompt was not evaluated");
    assert.equal(result.generatedTokens, 0);
    assert.equal((await deployments.chat("model", ask("Hi", { maxTokens: 3 }), {})).generatedTokens, 3);
  });

  it("tells whoever waits for it that it was stopped, whatever it was doing", async () => {
    const isStopped = { code: "engine-stopped", message: "The model was stopped." };
    for (const answers of [1, 3]) {
      // Slow enough not to have ended when the stop arrives.
      await deployments.deploy(chatTarget(await randomLlama(cacheFolder)));
      const begun: Promise<void>[] = [];
      const waiting = Array.from({ length: answers }, (_, index) => {
        const params = ask(`Story ${index}`, { maxTokens: 2_000 });
        let begin!: () => void;
        begun.push(new Promise((resolve) => (begin = resolve)));
        return assert.rejects(deployments.chat("model", params, { onEvent: begin }), isStopped);
      });
      await Promise.all(begun);
      await deployments.stop("model");
      await Promise.all(waiting);
    }

    await deployments.deploy(onnxTarget("demo-sentence-onnx", "embedding", ["model"]));
    const texts = Array.from({ length: 2_000 }, (_, index) => `A text about foxes and ${index} dogs.`);
    const waiting = assert.rejects(deployments.embed("model", { texts }), isStopped);
    await setImmediate();
    await deployments.stop("model");
    await waiting;
  });

  it("ends within five seconds when its host is killed", async () => {
    const host = fork(path.join(repoRoot, "test/fixtures/engine-host.ts"), [demoChatModel()], {
      execArgv: ["--import", "tsx"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const enginePid = await firstMessage(host);
    assert.ok(isAlive(enginePid));
    host.kill("SIGKILL");
    await until(() => !isAlive(enginePid), "the orphan to end", 5_000);
  });

  for (const how of ["killed", "closed"] as const) {
    it(`leaves nothing of several models, one in restart and one loading, when its host is ${how}`, async () => {
      const fixture = path.join(repoRoot, "test/fixtures/several-engines-host.ts");
      const host = fork(fixture, [demoChatModel()], {
        execArgv: ["--import", "tsx"],
        stdio: ["ignore", "ignore", "inherit", "ipc"],
      });
      const pids = await new Promise<number[]>((resolve) =>
        host.once("message", (sent: number[]) => resolve(sent)),
      );
      assert.equal(pids.length, 4);
      if (how === "killed") {
        host.kill("SIGKILL");
      } else {
        host.send("dispose");
      }
      await until(() => !pids.some(isAlive), "all engine processes to end");
      await until(() => host.exitCode !== null || host.signalCode !== null, "the host to end");
    });
  }

  it("ends with its host even while its main thread is stuck", async () => {
    const host = fork(path.join(repoRoot, "test/fixtures/stuck-child-host.ts"), [], {
      execArgv: ["--import", "tsx"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const stuckPid = await firstMessage(host);
    host.kill("SIGKILL");
    await until(() => !isAlive(stuckPid), "the stuck orphan to end", 5_000);
  });

  const broken: { what: string; code: ErrorCode; make: () => Promise<string> | string }[] = [
    {
      what: "a file that is no GGUF",
      code: "not-a-model",
      make: () => written("page.gguf", "<!doctype html>"),
    },
    { what: "an empty file", code: "not-a-model", make: () => written("empty.gguf", "") },
    {
      what: "a header of noise",
      code: "not-a-model",
      make: () => written("noise.gguf", `GGUF${"\x07".repeat(500)}`),
    },
    { what: "a truncated file", code: "not-a-model", make: () => truncated(0.6) },
    { what: "a file truncated inside its header", code: "not-a-model", make: () => truncated(0.001) },
    { what: "a file that is gone", code: "file-missing", make: () => path.join(folder, "nowhere.gguf") },
    { what: "a model larger than the memory", code: "model-too-large", make: () => hugeModel() },
  ];
  for (const { what, code, make } of broken) {
    it(`explains ${what}, and its process ends`, async () => {
      await assert.rejects(deployments.deploy(chatTarget(await make())), hasCode(code));
      const { status, processId } = deployments.get("model")!;
      assert.equal(status.state, "failed");
      await until(() => !isAlive(processId!), "the process to end");
    });
  }

  function written(name: string, content: string): string {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    return file;
  }

  function truncated(share: number): string {
    const file = path.join(folder, "truncated.gguf");
    copyFileSync(demoChatModel(), file);
    truncateSync(file, Math.floor(1_000_000 * share));
    return file;
  }

  /** A sparse file whose header promises more weights than any machine that runs these tests holds. */
  async function hugeModel(): Promise<string> {
    const file = path.join(folder, "huge.gguf");
    const rows = Math.ceil(os.totalmem() / 4096);
    const uint32 = (value: number) => ({ type: "uint32", value }) as const;
    await writeGguf(
      file,
      {
        "general.architecture": { type: "string", value: "llama" },
        "llama.context_length": uint32(2048),
        "llama.embedding_length": uint32(4096),
        "llama.block_count": uint32(1),
        "llama.feed_forward_length": uint32(4096),
        "llama.attention.head_count": uint32(32),
        "llama.attention.head_count_kv": uint32(32),
        "llama.attention.layer_norm_rms_epsilon": { type: "float32", value: 1e-5 },
        "tokenizer.ggml.model": { type: "string", value: "gpt2" },
        "tokenizer.ggml.tokens": { type: "strings", value: ["a", "b"] },
      },
      [{ name: "token_embd.weight", shape: [4096, rows], ggmlType: 8, data: () => Buffer.alloc(0) }],
    );
    truncateSync(file, (rows * 4096 * 34) / 32 + 100_000);
    return file;
  }
});

async function firstMessage(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("message", (message) => resolve(Number(message)));
    child.once("exit", (code) => reject(new Error(`The host ended too early (${code ?? "signal"}).`)));
  });
}
