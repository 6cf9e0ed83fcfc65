import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { writeRandomBert } from "../../bench/lib/random-bert";
import { chatTarget, demoChatModel, dot, newDeployments, rowOf } from "../support/engines";

/** The files are real BERTs that were never trained: this tests the way through the engine, not what they know. */
describe("GGUF models that read texts", function () {
  this.timeout(60_000);
  const deployments = newDeployments();
  const folder = mkdtempSync(path.join(os.tmpdir(), "local-models-bert-"));

  before(async () => {
    await deploy("embedder", "embedding", "nomic-embed-text-random.gguf", "mean");
    await deploy("plain", "embedding", "random.gguf", "mean");
    await deploy("ranker", "reranking", "ranker.gguf", "rank");
  });
  after(async () => {
    await deployments.dispose();
    rmSync(folder, { recursive: true });
  });

  it("embed texts with the pooling of the file, in unit length", async () => {
    const texts = ["a fox", "the dog", "a fox", "x".repeat(100)];
    const { vectors, dimensions } = await deployments.embed("plain", { texts });
    assert.equal(dimensions, 64);
    const rows = texts.map((_, row) => rowOf(vectors, dimensions, row));
    for (const row of rows) {
      assert.ok(Math.abs(dot(row, row) - 1) < 1e-5);
    }
    assert.ok(dot(rows[0]!, rows[2]!) > 0.99999);
    assert.ok(dot(rows[0]!, rows[1]!) < 0.9999);
  });

  it("put the prefixes of the family before texts", async () => {
    const query = await deployments.embed("embedder", { texts: ["a fox"], purpose: "query" });
    const document = await deployments.embed("embedder", { texts: ["a fox"] });
    const written = await deployments.embed("plain", {
      texts: ["search_query: a fox", "search_document: a fox"],
    });
    const row = (index: number) => rowOf(written.vectors, written.dimensions, index);
    assert.ok(dot(query.vectors, row(0)) > 0.99999);
    assert.ok(dot(document.vectors, row(1)) > 0.99999);
    assert.ok(dot(query.vectors, document.vectors) < 0.9999);
  });

  it("score documents for a query between 0 and 1, in their order", async () => {
    const documents = ["a fox runs", "the dog sleeps", "", "a fox runs"];
    const { scores } = await deployments.rerank("ranker", { query: "fox?", documents });
    assert.equal(scores.length, documents.length);
    for (const score of scores) {
      assert.ok(score > 0 && score < 1, `score ${score}`);
    }
    assert.ok(Math.abs(scores[0]! - scores[3]!) < 1e-6);
    assert.notEqual(scores[0], scores[1]);
    const other = await deployments.rerank("ranker", { query: "dog?", documents: ["a fox runs"] });
    assert.notEqual(other.scores[0], scores[0], "the query counts");
    assert.deepEqual(await deployments.rerank("ranker", { query: "fox?", documents: [] }), { scores: [] });
  });

  it("refuse what is longer than they read, and what they cannot do", async () => {
    const long = "word ".repeat(100);
    await assert.rejects(deployments.embed("plain", { texts: [long] }), { code: "prompt-too-long" });
    await assert.rejects(deployments.rerank("ranker", { query: "fox?", documents: [long] }), {
      code: "prompt-too-long",
    });
    await assert.rejects(deployments.embed("ranker", { texts: ["a"] }), { code: "unsupported-model" });
    await assert.rejects(deployments.rerank("plain", { query: "a", documents: ["b"] }), {
      code: "unsupported-model",
    });
  });

  it("go on when a request is cancelled", async () => {
    const controller = new AbortController();
    const texts = Array.from({ length: 3000 }, (_, index) => `text ${index}`);
    const cancelled = deployments.embed("plain", { texts, priority: "batch" }, { signal: controller.signal });
    const urgent = await deployments.embed("plain", { texts: ["a fox"] });
    controller.abort();
    await assert.rejects(cancelled, { code: "aborted" });
    assert.equal(urgent.vectors.length, urgent.dimensions);
    assert.equal((await deployments.embed("plain", { texts: [] })).vectors.length, 0);
  });

  it("are refused for ranking without a head for it", async () => {
    const target = chatTarget(demoChatModel(), "headless");
    await assert.rejects(deployments.deploy({ ...target, load: { ...target.load, task: "reranking" } }), {
      code: "unsupported-model",
    });
  });

  async function deploy(id: string, task: "embedding" | "reranking", file: string, pooling: "mean" | "rank") {
    const model = path.join(folder, file);
    await writeRandomBert(model, pooling);
    const target = chatTarget(model, id);
    await deployments.deploy({ ...target, load: { ...target.load, task } });
  }
});
