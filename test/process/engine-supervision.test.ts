import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { AppError, isAbort } from "../../src/common/errors";
import type { Deployments, DeployTarget } from "../../src/engine/deployments";
import { defaultTiming, type EngineTiming } from "../../src/engine/timing";
import {
  ask,
  chatTarget,
  demoChatModel,
  demoSnapshot,
  hasCode,
  isAlive,
  newDeployments,
  onnxTarget,
  seededRandom,
  until,
  untilState,
} from "../support/engines";

const watchful = {
  checkEveryMs: 100,
  loadingMs: 30_000,
  progressMs: 60_000,
  idleMs: 2_000,
  busyMs: 2_000,
  poolMs: 60_000,
};
const quick: EngineTiming = { ...defaultTiming, restartPausesMs: [20, 20, 20] };
const story = ask("Tell me a story about a fox.");

describe("supervision of a running model", function () {
  this.timeout(120_000);
  const deployments = newDeployments({ timing: quick });
  const pid = (id = "model") => deployments.get(id)!.processId!;

  const others: Deployments[] = [];
  /** Further ones, for one test. */
  const withTiming = (timing: Partial<EngineTiming>) => {
    const created = newDeployments({ timing: { ...quick, ...timing } });
    others.push(created);
    return created;
  };

  afterEach(() => Promise.all(deployments.list().map(({ target }) => deployments.stop(target.id))));
  afterEach(() => Promise.all(others.splice(0).map((created) => created.dispose())));
  after(() => deployments.dispose());

  for (const signal of ["SIGKILL", "SIGSEGV", "SIGABRT"] as const) {
    it(`starts it again after ${signal}: the pending request rejects, the next one works`, async () => {
      await deployments.deploy(chatTarget(demoChatModel()));
      const request = deployments.chat("model", story, { onEvent: () => process.kill(pid(), signal) });
      await assert.rejects(request, hasCode("engine-crashed"));
      const { status } = deployments.get("model")!;
      assert.ok(status.state === "restarting");
      assert.equal(status.attempt, 1);
      assert.match(status.reason.message, signal === "SIGKILL" ? /out of memory/ : new RegExp(signal));
      await assert.rejects(deployments.chat("model", ask("Hello"), {}), hasCode("model-busy"));
      await untilState(deployments, "running");
      assert.match((await deployments.chat("model", ask("Who are you?"), {})).text, /model/i);
    });
  }

  it("fails after three restarts, and may then be deployed again", async () => {
    await deployments.deploy(chatTarget(demoChatModel()));
    const attempts: number[] = [];
    const listener = deployments.onDidChange(([first]) => {
      if (first?.status.state === "restarting") {
        attempts.push(first.status.attempt);
      }
    });
    for (const expected of ["running", "running", "running", "failed"] as const) {
      const crashed = pid();
      process.kill(crashed, "SIGSEGV");
      await until(() => !isAlive(crashed), "the crash");
      await untilState(deployments, expected);
    }
    listener.dispose();
    assert.deepEqual([...new Set(attempts)], [1, 2, 3]);
    const { status } = deployments.get("model")!;
    assert.ok(status.state === "failed");
    assert.match(status.error.message, /SIGSEGV/);
    await deployments.deploy(chatTarget(demoChatModel()));
    assert.match((await deployments.chat("model", ask("Who are you?"), {})).text, /model/i);
  });

  it("does not start it again after a crash during the first load", async () => {
    const deployed = deployments.deploy(chatTarget(demoChatModel()));
    process.kill(pid(), "SIGABRT");
    await assert.rejects(deployed, hasCode("engine-crashed"));
    assert.equal(deployments.get("model")!.status.state, "failed");
    assert.ok(!isAlive(pid()));
  });

  it("is stopped while it waits for its restart", async () => {
    const patient = withTiming({ restartPausesMs: [3_600_000] });
    await patient.deploy(chatTarget(demoChatModel()));
    const crashed = patient.get("model")!.processId!;
    process.kill(crashed, "SIGSEGV");
    await untilState(patient, "restarting");
    await patient.stop("model");
    assert.deepEqual(patient.list(), []);
    await patient.deploy(chatTarget(demoChatModel()));
    process.kill(patient.get("model")!.processId!, "SIGSEGV");
    await untilState(patient, "restarting");
    await patient.dispose();
    assert.deepEqual(patient.list(), []);
  });

  it("is stopped while its restart loads", async () => {
    await deployments.deploy(chatTarget(demoChatModel()));
    const crashed = pid();
    process.kill(crashed, "SIGSEGV");
    await until(() => pid() !== crashed, "the new process");
    const second = pid();
    await deployments.stop("model");
    assert.ok(!isAlive(second));
    assert.deepEqual(deployments.list(), []);
  });

  it("fails at once when the restart finds no file", async () => {
    const folder = copyOf(path.dirname(demoChatModel()));
    await deployments.deploy(chatTarget(path.join(folder, path.basename(demoChatModel()))));
    rmSync(folder, { recursive: true });
    process.kill(pid(), "SIGSEGV");
    await untilState(deployments, "failed");
    const { status } = deployments.get("model")!;
    assert.ok(status.state === "failed");
    assert.equal(status.error.code, "file-missing");
  });

  it("notices a process that answers no more, busy or idle, and starts it again", async () => {
    const frozen = withTiming({ watchdog: { llama: watchful, onnx: watchful } });
    await frozen.deploy(chatTarget(demoChatModel()));
    const frozenPid = () => frozen.get("model")!.processId!;
    const request = frozen.chat("model", story, { onEvent: () => process.kill(frozenPid(), "SIGSTOP") });
    await assert.rejects(request, hasCode("engine-stuck"));
    await untilState(frozen, "running");
    const second = frozenPid();
    process.kill(second, "SIGSTOP");
    await until(() => !isAlive(second), "the frozen process to be ended");
    await untilState(frozen, "running");
    assert.match((await frozen.chat("model", ask("Who are you?"), {})).text, /model/i);
  });

  // A named pipe that nobody writes to holds whoever opens it in native code, and leaves its JS thread free.
  const hasPipes = process.platform !== "win32";
  const pipe = path.join(mkdtempSync(path.join(os.tmpdir(), "local-models-pipe-")), "pipe");
  after(() => rmSync(path.dirname(pipe), { recursive: true }));

  (hasPipes ? it : it.skip)(
    "notices a load that hangs in native code while its process answers",
    async () => {
      execFileSync("mkfifo", [pipe]);
      const brief = { ...watchful, progressMs: 2_000 };
      const impatient = withTiming({ watchdog: { llama: brief, onnx: brief } });
      await assert.rejects(impatient.deploy(chatTarget(pipe)), hasCode("engine-stuck"));
      assert.ok(!isAlive(impatient.get("model")!.processId!));
    },
  );

  it("notices a process that freezes while it loads", async () => {
    const impatient = withTiming({ watchdog: { llama: { ...watchful, loadingMs: 300 }, onnx: watchful } });
    const deployed = impatient.deploy(chatTarget(demoChatModel()));
    const { processId } = impatient.get("model")!;
    process.kill(processId!, "SIGSTOP");
    await assert.rejects(deployed, hasCode("engine-stuck"));
    assert.ok(!isAlive(processId!));
  });
});

describe("a cancelled request that the engine holds on to", function () {
  this.timeout(120_000);
  const deployments = newDeployments({ timing: { ...quick, cancelGraceMs: 300 } });
  const pid = () => deployments.get("model")!.processId!;

  afterEach(() => deployments.stop("model"));
  after(() => deployments.dispose());

  it("rejects as cancelled, and the model is started again without counting as a crash", async () => {
    await deployments.deploy(chatTarget(demoChatModel()));
    for (let round = 0; round < 2; round++) {
      const held = pid();
      const controller = new AbortController();
      let events = 0;
      const request = deployments.chat("model", story, {
        signal: controller.signal,
        onEvent: () => {
          events++;
          process.kill(held, "SIGSTOP");
          controller.abort();
        },
      });
      await assert.rejects(request, isAbort);
      const { status } = deployments.get("model")!;
      assert.ok(status.state === "restarting");
      assert.equal(status.attempt, 0);
      const before = events;
      await untilState(deployments, "running");
      assert.equal(events, before, "nobody is told of a request that is over");
      assert.ok(!isAlive(held));
    }
    assert.match((await deployments.chat("model", ask("Who are you?"), {})).text, /model/i);
  });

  it("does not take other requests with it", async () => {
    await deployments.deploy(chatTarget(demoChatModel()));
    const first = pid();
    const controller = new AbortController();
    const other = deployments.chat("model", ask("Who are you?"), {});
    const cancelled = deployments.chat("model", story, { signal: controller.signal });
    process.kill(first, "SIGSTOP");
    controller.abort();
    await assert.rejects(cancelled, isAbort);
    assert.equal(deployments.get("model")!.status.state, "running");
    process.kill(first, "SIGCONT");
    assert.match((await other).text, /model/i);
    assert.match((await deployments.chat("model", ask("Who are you?"), {})).text, /model/i);
    assert.equal(pid(), first);
  });
});

describe("several models", function () {
  this.timeout(180_000);
  const deployments = newDeployments({ timing: { ...quick, cancelGraceMs: 300 } });

  afterEach(() => Promise.all(deployments.list().map(({ target }) => deployments.stop(target.id))));
  after(() => deployments.dispose());

  it("stream while another one loads", async () => {
    await Promise.all(["one", "two"].map((id) => deployments.deploy(chatTarget(demoChatModel(), id))));
    const streams = ["one", "two"].map((id) => deployments.chat(id, ask("Tell me a long story."), {}));
    const [third, ...answers] = await Promise.all([
      deployments.deploy(chatTarget(demoChatModel(), "three")),
      ...streams,
    ]);
    assert.ok(third.contextLength > 0);
    assert.ok(
      answers.every(({ generatedTokens, stopReason }) => generatedTokens > 0 && stopReason === "end"),
    );
    assert.match((await deployments.chat("three", ask("Who are you?"), {})).text, /model/i);
  });

  it("survive kill -9 and SIGSTOP at random moments under load", async () => {
    const random = seededRandom(20_260_101);
    const targets = [chatTarget(demoChatModel(), "llama"), onnxNamed("onnx")];
    const pids = new Set<number>();
    let settled = 0;
    let answered = 0;
    const work = async (request: (signal: AbortSignal) => Promise<unknown>) => {
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), random() < 0.3 ? random() * 200 : 5_000);
      await request(controller.signal).then(
        () => answered++,
        (error: unknown) => assert.ok(error instanceof AppError, String(error)),
      );
      clearTimeout(timer);
      settled++;
    };
    for (let round = 0; round < 3; round++) {
      await Promise.all(targets.map((target) => deployments.deploy(target)));
      for (const { processId } of deployments.list()) {
        pids.add(processId!);
      }
      const requests = Array.from({ length: 6 }, () => [
        work((signal) => deployments.chat("llama", story, { signal })),
        work((signal) => deployments.embed("onnx", { texts: sentences(40) }, { signal })),
      ]).flat();
      await new Promise((resolve) => setTimeout(resolve, random() * 300));
      for (const { processId } of deployments.list()) {
        process.kill(processId!, random() < 0.5 ? "SIGKILL" : "SIGSTOP");
      }
      await new Promise((resolve) => setTimeout(resolve, random() * 200));
      await Promise.all(targets.map(({ id }) => deployments.stop(id)));
      await Promise.all(requests);
    }
    assert.equal(settled, 36);
    assert.ok(answered < 36, "some were under way when their process ended");
    assert.deepEqual([...pids].filter(isAlive), [], "no process is left, nor a zombie");
    await deployments.deploy(targets[0]!);
    assert.match((await deployments.chat("llama", ask("Who are you?"), {})).text, /model/i);
  });

  const folders: { what: string; of: string; target: (folder: string) => DeployTarget }[] = [
    {
      what: "GGUF",
      of: path.dirname(demoChatModel()),
      target: (folder) => chatTarget(path.join(folder, path.basename(demoChatModel()))),
    },
    {
      what: "ONNX",
      of: demoSnapshot("demo-sentence-onnx"),
      target: (folder) => {
        const target = onnxNamed("model");
        return { ...target, load: { ...target.load, modelPath: folder } };
      },
    },
  ];
  for (const { what, of, target } of folders) {
    it(`go on when their folder is deleted, and say so at the next deploy (${what})`, async () => {
      const folder = copyOf(of);
      const deployed = target(folder);
      await deployments.deploy(deployed);
      rmSync(folder, { recursive: true });
      const work = () =>
        what === "GGUF"
          ? deployments.chat("model", ask("Who are you?"), {})
          : deployments.embed("model", { texts: ["a fox"] });
      assert.ok(await work());
      await deployments.stop("model");
      await assert.rejects(deployments.deploy(deployed), hasCode("file-missing"));
    });
  }
});

function onnxNamed(id: string): DeployTarget {
  return { ...onnxTarget("demo-sentence-onnx", "embedding", ["model"]), id };
}

function sentences(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `The fox sees ${index} birds in the garden.`);
}

function copyOf(folder: string): string {
  const copy = mkdtempSync(path.join(os.tmpdir(), "local-models-copy-"));
  cpSync(folder, copy, { recursive: true, dereference: true });
  return copy;
}
