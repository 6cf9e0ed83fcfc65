/**
 * A whole search of the store (query vector in, 50 ranked rows out, the worker's round trip included) over
 * one copy of the same vectors in memory, alternating; and how many of the first 20 an exact search finds.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { silentLogger } from "../src/common/logger";
import { Store } from "../src/store/store-client";

const root = path.resolve(__dirname, "..");
const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "100000" },
    dimensions: { type: "string", default: "512" },
    rounds: { type: "string", default: "15" },
    /** Makes the exact comparison for so many queries. */
    queries: { type: "string", default: "50" },
  },
});
const rows = Number(values.rows);
const dimensions = Number(values.dimensions);
const rowsAtOnce = 5000;
const folders = 50;
const space = { fingerprint: "bench", dimensions };

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "local-models-bench-"));
  const store = new Store({
    workerPath: path.join(root, "dist/store-worker.js"),
    wasmPath: path.join(root, "dist/sql-wasm.wasm"),
    kernelPath: path.join(root, "dist/vector-kernel.wasm"),
    directory: folder,
    logger: silentLogger,
  });
  try {
    const vectors = await fill(store);
    await measureSpeed(store, vectors);
    await measureOthers(store);
    await measureRecall(store, vectors);
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Vectors as models give them: clusters, not noise, so that near ones are close together. */
async function fill(store: Store): Promise<Float32Array> {
  const vectors = new Float32Array(rows * dimensions);
  const centres = Array.from({ length: 200 }, () => randomVector());
  for (let row = 0; row < rows; row++) {
    const centre = centres[Math.floor(Math.random() * centres.length)] ?? randomVector();
    const noise = randomVector();
    vectors.set(
      normalized(centre.map((value, index) => value + 0.7 * (noise[index] ?? 0))),
      row * dimensions,
    );
  }
  for (let first = 0; first < rows; first += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - first);
    const numbers = Array.from({ length: count }, (_, index) => first + index);
    const found = numbers.map((row) => ({
      path: `/p/${row % folders}/holiday-${row}.jpg`,
      size: row,
      modified: row,
      hash: String(row),
    }));
    await store.request("recordFiles", { found, gone: [] });
    await store.request("recordEmbedded", {
      space,
      vectors: vectors.slice(first * dimensions, (first + count) * dimensions),
      contents: numbers.map((row) => ({ contentId: row + 1, width: 1, height: 1 })),
      problems: [],
    });
  }
  return vectors;
}

async function measureSpeed(store: Store, vectors: Float32Array): Promise<void> {
  const target = new Float32Array(vectors.length);
  const searches: number[] = [];
  const copies: number[] = [];
  for (let round = 0; round <= Number(values.rounds); round++) {
    const query = randomVector();
    let startedAt = performance.now();
    const { fileIds } = await store.request("searchMedia", { space, query, filter: {}, limit: 50 });
    const searched = performance.now() - startedAt;
    if (fileIds.length !== Math.min(50, rows)) {
      throw new Error(`Found ${fileIds.length}.`);
    }
    startedAt = performance.now();
    target.set(vectors);
    const copied = performance.now() - startedAt;
    // The first round opens the index and warms up.
    if (round > 0) {
      searches.push(searched);
      copies.push(copied);
    }
  }
  const size = rows >= 1_000_000 ? `${rows / 1_000_000}m` : `${rows / 1000}k`;
  print(`int8_${size}_ms_over_memcpy_ms`, median(searches) / median(copies));
  print("search_ms", median(searches));
  print("memcpy_ms", median(copies));
}

/** What a search asks beside: with a filter, by words, and groups of pictures that are nearly the same. */
async function measureOthers(store: Store): Promise<void> {
  const timed = async (metric: string, rounds: number, ask: () => Promise<unknown>) => {
    const times: number[] = [];
    // The first round of several warms up.
    for (let round = rounds === 1 ? 1 : 0; round <= rounds; round++) {
      const startedAt = performance.now();
      await ask();
      if (round > 0) {
        times.push(performance.now() - startedAt);
      }
    }
    print(metric, median(times));
  };
  const filter = { folder: "/p/7" };
  const rounds = Number(values.rounds);
  await timed("filtered_search_ms", rounds, () =>
    store.request("searchMedia", { space, query: randomVector(), filter, limit: 50 }),
  );
  await timed("thousand_hits_ms", rounds, () =>
    store.request("searchMedia", { space, query: randomVector(), filter: {}, limit: 1000 }),
  );
  const text = { unwanted: [], roots: ["/p"], filter: {} };
  await timed("rare_word_ms", rounds, () => store.request("searchText", { ...text, wanted: ["4711"] }));
  await timed("word_of_every_file_ms", rounds, () =>
    store.request("searchText", { ...text, wanted: ["holiday"] }),
  );
  // Its cost grows with the square of the rows.
  if (rows <= 100_000) {
    await timed("duplicates_ms", 1, () => store.request("findDuplicates", { space, filter: {} }));
  }
}

async function measureRecall(store: Store, vectors: Float32Array): Promise<void> {
  let found = 0;
  for (let number = 0; number < Number(values.queries); number++) {
    const near = Math.floor(Math.random() * rows);
    const base = vectors.subarray(near * dimensions, (near + 1) * dimensions);
    const noise = randomVector();
    const query = normalized(base.map((value, index) => value + 0.5 * (noise[index] ?? 0)));
    const expected = bruteForce(vectors, query);
    const { fileIds } = await store.request("searchMedia", { space, query, filter: {}, limit: 20 });
    const ids = new Set(fileIds);
    found += expected.filter((row) => ids.has(row + 1)).length;
  }
  print("recall20", found / (20 * Number(values.queries)));
}

function bruteForce(vectors: Float32Array, query: Float32Array): number[] {
  const scores = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let index = 0; index < dimensions; index++) {
      sum += (vectors[row * dimensions + index] ?? 0) * (query[index] ?? 0);
    }
    scores[row] = sum;
  }
  const order = Array.from(scores.keys()).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  return order.slice(0, 20);
}

/** Normally distributed, unit length (Box-Muller). */
function randomVector(): Float32Array {
  return normalized(
    Float32Array.from(
      { length: dimensions },
      () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random()),
    ),
  );
}

function normalized(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / length);
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function print(metric: string, value: number): void {
  console.log(JSON.stringify({ bench: "photos-search", metric, value: Number(value.toFixed(4)) }));
}

void main();
