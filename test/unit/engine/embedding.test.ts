import assert from "node:assert/strict";
import {
  noPrefixes,
  prefixesOfFamily,
  prefixesOfPrompts,
} from "../../../src/engine-process/embedding-prefixes";
import { poolTokens, type Pooling } from "../../../src/engine-process/onnx/pooling";
import { nextBatch, sortedByLength } from "../../../src/engine-process/onnx/text-batches";
import { normalizeRows } from "../../../src/engine-process/vectors";

describe("what is put before a text", () => {
  it("follows the family's name, in a repository, a file or a path", () => {
    const query = (name: string) => prefixesOfFamily(name).query;
    assert.deepEqual(prefixesOfFamily("intfloat/multilingual-e5-small"), {
      query: "query: ",
      document: "passage: ",
    });
    assert.equal(query("/m/models--Xenova--e5-base-v2/snapshots/1"), "query: ");
    assert.match(query("intfloat/multilingual-e5-large-instruct"), /^Instruct: .*\nQuery: $/);
    assert.deepEqual(prefixesOfFamily("C:\\models\\nomic-embed-text-v1.5.Q8_0.gguf"), {
      query: "search_query: ",
      document: "search_document: ",
    });
    assert.match(query("BAAI/bge-small-en-v1.5"), /^Represent this sentence/);
    assert.match(query("Snowflake/snowflake-arctic-embed-m-v1.5"), /^Represent this sentence/);
    assert.equal(query("Snowflake/snowflake-arctic-embed-l-v2.0"), "query: ");
    assert.match(query("Qwen/Qwen3-Embedding-0.6B-GGUF"), /Query:$/);
    assert.match(query("mixedbread-ai/mxbai-embed-large-v1"), /^Represent/);
    for (const name of [
      "sentence-transformers/all-MiniLM-L6-v2",
      "BAAI/bge-m3",
      "x/the5-y",
      "thenlper/gte-small",
    ]) {
      assert.equal(prefixesOfFamily(name), noPrefixes, name);
    }
  });

  it("follows the model's own prompts", () => {
    assert.deepEqual(prefixesOfPrompts({ prompts: { query: "q: ", passage: "p: " } }), {
      query: "q: ",
      document: "p: ",
    });
    assert.deepEqual(
      prefixesOfPrompts({ prompts: { query: "q: ", all: "a: " }, default_prompt_name: "all" }),
      { query: "q: ", document: "a: " },
    );
    for (const nothing of [
      undefined,
      null,
      3,
      {},
      { prompts: {} },
      { prompts: { query: "", document: "" } },
    ]) {
      assert.equal(prefixesOfPrompts(nothing), undefined);
    }
  });
});

describe("pooling", () => {
  // Two texts of three places; the second one's first place is padding.
  const hidden = Float32Array.of(1, 0, 0, 2, -3, -1, 9, 9, 4, 0, 0, 5);
  const kept = BigInt64Array.of(1n, 1n, 1n, 0n, 1n, 1n);
  const pooled = (pooling: Pooling) => {
    const rows = new Float32Array(4);
    poolTokens(hidden, kept, rows, 3, 2, pooling);
    return [...rows];
  };

  it("leaves padding out", () => {
    assert.deepEqual(pooled("mean"), [-2, 1, 4, 5]);
    assert.deepEqual(pooled("cls"), [1, 0, 4, 0]);
    assert.deepEqual(pooled("last-token"), [-3, -1, 0, 5]);
    assert.deepEqual(pooled("max"), [1, 2, 4, 5]);
  });

  it("finds the largest of negative values", () => {
    const rows = new Float32Array(1);
    poolTokens(Float32Array.of(-3, -2, -5), BigInt64Array.of(1n, 1n, 1n), rows, 3, 1, "max");
    assert.deepEqual([...rows], [-2]);
  });
});

describe("vectors", () => {
  it("get unit length, and zeros stay", () => {
    const matrix = Float32Array.of(3, 4, 0, 0, 0, -2);
    normalizeRows(matrix, 2);
    assert.deepEqual(
      [...matrix].map((value) => Number(value.toFixed(6))),
      [0.6, 0.8, 0, 0, 0, -1],
    );
  });
});

describe("batches of texts", () => {
  const texts = [9, 2, 5, 5, 1].map((length, row) => ({ tokens: Array.from({ length }, () => 0), row }));
  const sorted = sortedByLength(texts);

  it("hold texts of like length, and no more tokens than wanted but always one text", () => {
    const rows = (budget: number) => {
      const batches: number[][] = [];
      for (let done = 0; done < sorted.length; done += batches.at(-1)!.length) {
        batches.push(nextBatch(sorted, done, budget).map(({ row }) => row));
      }
      return batches;
    };
    assert.deepEqual(rows(1), [[4], [1], [2], [3], [0]]);
    assert.deepEqual(rows(10), [[4, 1], [2, 3], [0]]);
    assert.deepEqual(rows(1000), [[4, 1, 2, 3, 0]]);
  });
});
