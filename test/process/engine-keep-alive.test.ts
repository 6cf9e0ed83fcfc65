import assert from "node:assert/strict";
import { defaultTiming } from "../../src/engine/timing";
import { ask, chatTarget, demoChatModel, isAlive, newDeployments, until } from "../support/engines";

describe("keeping models alive", function () {
  this.timeout(60_000);
  let keepAliveMs = 300;
  const timing = { ...defaultTiming, keepAliveCheckMs: 20 };
  const deployments = newDeployments({ timing, keepAliveMs: () => keepAliveMs });

  beforeEach(() => (keepAliveMs = 300));
  afterEach(() => Promise.all(deployments.list().map(({ target }) => deployments.stop(target.id))));
  after(() => deployments.dispose());

  it("stops a model that nobody uses, and its process", async () => {
    await deployments.deploy(chatTarget(demoChatModel()));
    const { processId } = deployments.get("model")!;
    await until(() => deployments.list().length === 0, "the idle model to be stopped");
    assert.ok(!isAlive(processId!));
  });

  it("never stops one in use, nor one that loads, and begins to count when the use ends", async () => {
    keepAliveMs = 1;
    const states = new Set<string>();
    const listener = deployments.onDidChange(([first]) => {
      states.add(first?.status.state ?? "stopped");
      if (first?.status.state === "running") {
        keepAliveMs = 0;
      }
    });
    await deployments.deploy(chatTarget(demoChatModel()));
    const answer = deployments.chat("model", ask("Tell me a long story.", { maxTokens: 60 }), {
      onEvent: () => (keepAliveMs = 1),
    });
    assert.ok((await answer).generatedTokens > 0);
    assert.deepEqual([...states], ["loading", "running"]);
    await until(() => deployments.list().length === 0, "the idle model to be stopped");
    listener.dispose();
  });

  it("keeps models that are used again and again, and all of them when it is turned off", async () => {
    keepAliveMs = 0;
    await deployments.deploy(chatTarget(demoChatModel()));
    const { processId } = deployments.get("model")!;
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(deployments.get("model")!.status.state, "running");
    await deployments.chat("model", ask("Who are you?"), {});
    keepAliveMs = 60_000;
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(deployments.get("model")!.processId, processId);
  });
});
