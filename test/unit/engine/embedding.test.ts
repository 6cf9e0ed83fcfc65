import assert from "node:assert/strict";
import {
  noPrefixes,
  prefixesOfFamily,
  prefixesOfPrompts,
} from "../../../src/engine-process/embedding-prefixes";
import { poolTokens, type Pooling } from "../../../src/engine-process/onnx/pooling";
import { nextBatch, type Padding, sortedByLength } from "../../../src/engine-process/onnx/text-batches";
import { TextInputWriter } from "../../../src/engine-process/onnx/text-inputs";
import { normalizeRows } from "../../../src/engine-process/vectors";

/** A text of so many tokens. */
const textOf = (length: number, row: number) => ({ tokens: Array.from({ length }, () => 0), row });

const mapValues = <From, To>(values: Record<string, From>, map: (value: From) => To) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));

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
  // Two texts of three places, five columns; the second text has two tokens, and is the request's first.
  const batch = [textOf(3, 1), textOf(2, 0)];
  const columns = 5;
  const hidden = (padding: Padding["side"]) => {
    const nothing = [9, 9, 9, 9, 9];
    const second = [4, 0, -1, 1, 0, 0, 5, -2, 1, 8];
    return Float32Array.of(
      ...[1, 0, 2, 0, 1, 0, 2, -1, 3, 0, -3, -1, 1, 1, 5],
      ...(padding === "left" ? [...nothing, ...second] : [...second, ...nothing]),
    );
  };
  const pooled = (pooling: Pooling, side: Padding["side"]) => {
    const rows = new Float32Array(2 * columns);
    poolTokens(hidden(side), batch, { longest: 3, side }, columns, pooling, rows);
    return [...rows];
  };

  for (const side of ["left", "right"] as const) {
    it(`leaves padding on the ${side} out`, () => {
      assert.deepEqual(pooled("mean", side), [4, 5, -3, 2, 8, -2, 1, 2, 4, 6]);
      assert.deepEqual(pooled("cls", side), [4, 0, -1, 1, 0, 1, 0, 2, 0, 1]);
      assert.deepEqual(pooled("last-token", side), [0, 5, -2, 1, 8, -3, -1, 1, 1, 5]);
      assert.deepEqual(pooled("max", side), [4, 5, -1, 1, 8, 1, 2, 2, 3, 5]);
    });
  }

  it("finds the largest of negative values", () => {
    const rows = new Float32Array(1);
    poolTokens(Float32Array.of(-3, -2, -5), [textOf(3, 0)], { longest: 3, side: "right" }, 1, "max", rows);
    assert.deepEqual([...rows], [-2]);
  });
});

describe("what a model reads of texts", () => {
  const batch = [
    { tokens: [7, 8, 9], types: [0, 0, 1], row: 0 },
    { tokens: [5], row: 1 },
  ];
  const written = (side: Padding["side"], writer = new TextInputWriter({ token: 3, side })) => {
    const { dims, ...inputs } = writer.write(batch);
    return { dims, ...mapValues(inputs, (values) => [...values].map(Number)) };
  };

  it("is padded on the side that its tokenizer wants", () => {
    assert.deepEqual(written("right"), {
      dims: [2, 3],
      input_ids: [7, 8, 9, 5, 3, 3],
      attention_mask: [1, 1, 1, 1, 0, 0],
      token_type_ids: [0, 0, 1, 0, 0, 0],
    });
    assert.deepEqual(written("left"), {
      dims: [2, 3],
      input_ids: [7, 8, 9, 3, 3, 5],
      attention_mask: [1, 1, 1, 0, 0, 1],
      token_type_ids: [0, 0, 1, 0, 0, 0],
    });
  });

  it("keeps nothing of the batch before", () => {
    const writer = new TextInputWriter({ token: 3, side: "right" });
    const long = Array.from({ length: 700 }, () => 2_000_000_000);
    const { input_ids: ids } = writer.write([{ tokens: long, types: long.map(() => 1), row: 0 }]);
    assert.equal(ids.length, 700);
    assert.ok(ids.every((id) => id === 2_000_000_000n));
    assert.deepEqual(written("right", writer), written("right"));
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
  const texts = [9, 2, 5, 5, 1].map(textOf);
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
