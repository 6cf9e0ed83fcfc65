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
    assert.deepEqual(Object.keys(environment).sort(), [
      "ELECTRON_RUN_AS_NODE",
      "GLIBC_TUNABLES",
      "PATH",
      "UV_THREADPOOL_SIZE",
    ]);
    assert.equal(environment["ELECTRON_RUN_AS_NODE"], "1");
    assert.ok(Number(environment["UV_THREADPOOL_SIZE"]) >= 4);
  });

  it("gives llama.cpp one pool thread, and ONNX at least one per core for pictures", () => {
    assert.equal(engineEnvironment("llama", parent)["UV_THREADPOOL_SIZE"], "1");
    assert.ok(Number(engineEnvironment("onnx", parent)["UV_THREADPOOL_SIZE"]) >= os.availableParallelism());
  });

  it("asks for large pages, and leaves to the person what a person decided", () => {
    const tunables = (value?: string) =>
      engineEnvironment("llama", { GLIBC_TUNABLES: value })["GLIBC_TUNABLES"];
    assert.equal(tunables(), "glibc.malloc.hugetlb=1");
    assert.equal(tunables("glibc.malloc.arena_max=2"), "glibc.malloc.arena_max=2:glibc.malloc.hugetlb=1");
    assert.equal(tunables("glibc.malloc.hugetlb=0"), "glibc.malloc.hugetlb=0");
  });
});
