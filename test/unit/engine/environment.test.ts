import assert from "node:assert/strict";
import os from "node:os";
import { engineEnvironment } from "../../../src/engine/environment";

describe("an engine's environment", () => {
  const parent = {
    PATH: "/bin",
    HF_TOKEN: "secret",
    HUGGING_FACE_HUB_TOKEN: "secret",
    HF_HOME: "/h",
    NODE_OPTIONS: "--inspect",
    VSCODE_IPC_HOOK: "/x",
    UNSET: undefined,
  };

  it("has no token and nothing that changes how Node starts", () => {
    const environment = engineEnvironment("onnx", parent);
    const { UV_THREADPOOL_SIZE: poolSize, ...others } = environment;
    assert.deepEqual(others, { PATH: "/bin", ELECTRON_RUN_AS_NODE: "1" });
    assert.ok(Number(poolSize) >= 4);
  });

  it("gives llama.cpp one pool thread, and ONNX at least one per core for pictures", () => {
    assert.equal(engineEnvironment("llama", parent)["UV_THREADPOOL_SIZE"], "1");
    assert.ok(Number(engineEnvironment("onnx", parent)["UV_THREADPOOL_SIZE"]) >= os.availableParallelism());
  });
});
