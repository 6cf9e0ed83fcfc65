import assert from "node:assert/strict";
import os from "node:os";
import type { LoadParams } from "../../src/protocol/engine";
import { ask, chatTarget, demoChatModel, newDeployments } from "../support/engines";

describe("the devices of a chat model", function () {
  this.timeout(120_000);
  const deployments = newDeployments();

  afterEach(() => deployments.stop("model"));
  after(() => deployments.dispose());

  const deploy = (load: Partial<LoadParams>) => {
    const target = chatTarget(demoChatModel());
    return deployments.deploy({ ...target, load: { ...target.load, ...load } });
  };

  it("are found without configuration, and there is always the processor", async () => {
    const { device, gpuLayers } = await deploy({ gpu: "auto" });
    assert.ok(device === "CPU" ? gpuLayers === 0 : gpuLayers > 0, `${device}, ${gpuLayers} layers`);
    assert.match((await deployments.chat("model", ask("Who are you?"), {})).text, /model/i);
  });

  it("must work when they are named", async () => {
    // Neither exists on the other's systems.
    const elsewhere = process.platform === "darwin" ? "cuda" : "metal";
    await assert.rejects(deploy({ gpu: elsewhere }), (error: Error) => {
      assert.match(error.message, /^llama\.cpp cannot use (?:CUDA|Metal) on this machine\./);
      return true;
    });
  });

  it("get as many threads as are set", async () => {
    const { threads, promptThreads, measuredThreads } = await deploy({ threads: 1 });
    assert.deepEqual([threads, promptThreads, measuredThreads], [1, 1, undefined]);
  });

  it("are measured once for the threads that suit the model", async () => {
    const first = await deploy({ threads: 0 });
    const measured = first.measuredThreads;
    assert.ok(measured, "a tiny model is measured in time");
    for (const count of [measured.prompt, measured.generation]) {
      assert.ok(Number.isInteger(count) && count >= 1 && count <= os.availableParallelism());
    }
    assert.deepEqual([first.promptThreads, first.threads], [measured.prompt, measured.generation]);
    await deployments.stop("model");

    const again = await deploy({ threads: 0, measuredThreads: measured });
    assert.equal(again.measuredThreads, undefined);
    assert.deepEqual([again.promptThreads, again.threads], [measured.prompt, measured.generation]);
    const answer = await deployments.chat("model", ask("Who are you?"), {});
    assert.match(answer.text, /model/i);
    assert.equal(answer.reusedTokens, 0, "nothing of a measurement is left");
  });
});
