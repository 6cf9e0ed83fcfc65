import * as assert from "node:assert/strict";
import {
  displayName,
  isRepoId,
  parseModelReference,
  repoFolderName,
  repoIdOfFolder,
} from "../../../src/library/model-id";

describe("model ids", () => {
  it("reads what people type and paste", () => {
    const repoId = "Qwen/Qwen3-4B-GGUF";
    assert.deepEqual(parseModelReference("  Qwen/Qwen3-4B-GGUF "), { repoId });
    assert.deepEqual(parseModelReference("https://huggingface.co/Qwen/Qwen3-4B-GGUF/"), { repoId });
    assert.deepEqual(parseModelReference("huggingface.co/Qwen/Qwen3-4B-GGUF?x=1#readme"), { repoId });
    assert.deepEqual(parseModelReference("hf.co/Qwen/Qwen3-4B-GGUF:Q4_K_M"), {
      repoId,
      variantHint: "Q4_K_M",
    });
    assert.deepEqual(parseModelReference("Qwen/Qwen3-4B-GGUF@v1.0"), { repoId, revision: "v1.0" });
    assert.deepEqual(
      parseModelReference("https://huggingface.co/Qwen/Qwen3-4B-GGUF/blob/main/sub/Qwen3%204B.gguf"),
      { repoId, revision: "main", path: "sub/Qwen3 4B.gguf" },
    );
    assert.deepEqual(parseModelReference("http://127.0.0.1:8080/Qwen/Qwen3-4B-GGUF", "127.0.0.1:8080"), {
      repoId,
    });
  });

  it("refuses everything else with a sentence", () => {
    const wrong = [
      "",
      "gpt2",
      "a/b/c",
      "../etc",
      "a/..",
      "a/.hidden",
      "a/b\0",
      "a\\b/c",
      "-a/b",
      "a/b--c",
      "a/b.git",
      `a/${"x".repeat(97)}`,
      "https://example.com/a/b",
      "https://huggingface.co/Qwen",
      "https://huggingface.co/datasets/org/name",
      "https://huggingface.co/../../etc/passwd",
    ];
    for (const text of wrong) {
      assert.throws(() => parseModelReference(text), { code: "invalid-model-id" }, text);
    }
    assert.throws(() => parseModelReference("a/b@../../x"), { code: "invalid-input" });
    assert.throws(() => parseModelReference("a/b@refs/../x"), { code: "invalid-input" });
  });

  it("maps to a cache folder and back", () => {
    assert.equal(repoFolderName("Qwen/Qwen3-4B-GGUF"), "models--Qwen--Qwen3-4B-GGUF");
    assert.equal(repoIdOfFolder("models--Qwen--Qwen3-4B-GGUF"), "Qwen/Qwen3-4B-GGUF");
    assert.equal(repoIdOfFolder("datasets--a--b"), undefined);
    assert.equal(repoIdOfFolder("models--..--b"), undefined);
    assert.equal(repoIdOfFolder("models--a--b--c"), undefined);
    assert.throws(() => repoFolderName("../x"), { code: "invalid-model-id" });
    assert.equal(isRepoId("local-models/demo-chat-gguf"), true);
  });

  it("makes names for people", () => {
    assert.equal(displayName("Qwen/Qwen2.5-1.5B-Instruct-GGUF"), "Qwen2.5 1.5B Instruct");
    assert.equal(displayName("nomic-ai/nomic-embed-text-v1.5-GGUF"), "nomic embed text v1.5");
    assert.equal(displayName("a/GGUF"), "GGUF");
  });
});
