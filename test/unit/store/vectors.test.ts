import assert from "node:assert/strict";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { diskFiles } from "../../../src/store/worker/files";
import { compileVectorKernel } from "../../../src/store/worker/vectors/kernel";
import { TopRows } from "../../../src/store/worker/vectors/top-rows";
import { VectorIndex } from "../../../src/store/worker/vectors/vector-index";
import { systemError, unsyncedFiles } from "../../fixtures/store/files";
import { assembledKernel } from "../../fixtures/store/kernel";

let seed = 1;
/** Mulberry32: the same numbers every time. */
function random(): number {
  seed = (seed + 0x6d2b79f5) | 0;
  let value = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
  return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
}

/** Row-major; rows have unit length. */
function unitVectors(rows: number, dimensions: number): Float32Array {
  const vectors = Float32Array.from({ length: rows * dimensions }, () => random() - 0.5);
  for (let row = 0; row < rows; row++) {
    const vector = vectors.subarray(row * dimensions, (row + 1) * dimensions);
    const length = Math.hypot(...vector);
    vector.forEach((value, index) => (vector[index] = value / length));
  }
  return vectors;
}

function bruteForce(vectors: Float32Array, query: Float32Array) {
  const scores = Array.from({ length: vectors.length / query.length }, (_, row) => {
    const vector = vectors.subarray(row * query.length, (row + 1) * query.length);
    return { row, score: vector.reduce((sum, value, index) => sum + value * query[index]!, 0) };
  });
  return scores.sort((a, b) => b.score - a.score || a.row - b.row);
}

describe("vectors in the store", () => {
  let folder: string;
  let kernel: WebAssembly.Module;
  before(async () => (kernel = compileVectorKernel(await assembledKernel())));
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), "local-models-vectors-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = (dimensions: number, rows: number, fingerprint = "model", files = unsyncedFiles) =>
    VectorIndex.open(kernel, files, path.join(folder, "space.f32"), { fingerprint, dimensions }, rows);

  for (const [rows, dimensions] of [
    [1, 1],
    [3, 17],
    [4097, 100],
    [9000, 512],
    [50, 4096],
  ] as const) {
    it(`finds what brute force finds: ${rows} × ${dimensions}`, () => {
      const vectors = unitVectors(rows, dimensions);
      const index = open(dimensions, 0)!;
      index.append(vectors.slice(0, dimensions));
      index.append(vectors.slice(dimensions));
      for (let round = 0; round < 3; round++) {
        const query = unitVectors(1, dimensions).map((value) => value * 3);
        const { hits, background } = index.search({ query, limit: 20 });
        const expected = bruteForce(vectors, query);
        assert.deepEqual(
          hits.map(({ row }) => row),
          expected.slice(0, 20).map(({ row }) => row),
        );
        hits.forEach(({ score }, place) => assert.ok(Math.abs(score - expected[place]!.score) < 1e-5));
        const mean = expected.reduce((sum, { score }) => sum + score, 0) / rows;
        assert.equal(background.count, rows);
        assert.ok(Math.abs(background.mean - mean) < 0.01, `mean ${background.mean}, not ${mean}`);
      }
      index.close();
    });
  }

  it("leaves out rows that are not allowed, and has a background of its own", () => {
    const vectors = unitVectors(500, 32);
    const index = open(32, 0)!;
    index.append(vectors);
    const allowed = Uint8Array.from({ length: 500 }, (_, row) => (row % 7 === 0 ? 1 : 0));
    const query = unitVectors(1, 32);
    const background = Uint8Array.from({ length: 500 }, (_, row) => (row % 5 === 0 ? 1 : 0));
    const { hits, background: found } = index.search({ query, limit: 10, allowed, background });
    const expected = bruteForce(vectors, query).filter(({ row }) => row % 7 === 0);
    assert.deepEqual(
      hits.map(({ row }) => row),
      expected.slice(0, 10).map(({ row }) => row),
    );
    assert.equal(found.count, 100);
    assert.equal(index.search({ query, limit: 10, allowed }).background.count, 500);
    index.close();
  });

  it("is empty without vectors, and a query or row of zeros harms nothing", () => {
    const index = open(8, 0)!;
    assert.deepEqual(index.search({ query: new Float32Array(8), limit: 5 }).hits, []);
    index.append(new Float32Array(16));
    assert.deepEqual(index.search({ query: unitVectors(1, 8), limit: 5 }).hits, [
      { row: 0, score: 0 },
      { row: 1, score: 0 },
    ]);
    assert.equal(index.search({ query: new Float32Array(8), limit: 5 }).hits.length, 2);
    index.close();
  });

  it("has the same rows after it was closed and opened, and drops those that nothing refers to", () => {
    const vectors = unitVectors(5000, 24);
    const query = unitVectors(1, 24);
    const first = open(24, 0)!;
    first.append(vectors);
    first.close();

    const again = open(24, 4990)!;
    assert.equal(again.rows, 4990);
    const expected = bruteForce(vectors, query).filter(({ row }) => row < 4990);
    assert.deepEqual(
      again.search({ query, limit: 20 }).hits.map(({ row }) => row),
      expected.slice(0, 20).map(({ row }) => row),
    );
    assert.equal(again.append(unitVectors(1, 24)), 4990);
    again.close();
  });

  it("says how many rows a cut file still has", () => {
    const index = open(16, 0)!;
    index.append(unitVectors(10, 16));
    index.close();
    truncateSync(path.join(folder, "space.f32"), 64 + 7 * 64 + 13);
    const again = open(16, 10)!;
    assert.equal(again.rows, 7);
    assert.equal(again.append(unitVectors(1, 16)), 7);
    again.close();
  });

  it("does not take the vectors of another model or size, or a file of another kind", () => {
    open(16, 0, "one")!.close();
    assert.equal(open(16, 0, "another"), undefined);
    assert.equal(open(17, 0, "one"), undefined);
    writeFileSync(path.join(folder, "space.f32"), "what is this?");
    assert.equal(open(16, 0, "one"), undefined);
  });

  it("keeps what it has when the disk is full", () => {
    let isFull = false;
    const files = {
      ...diskFiles,
      write: (descriptor: number, bytes: Uint8Array, position: number) => {
        if (isFull) {
          diskFiles.write(descriptor, bytes.subarray(0, bytes.length >> 1), position);
          throw systemError("ENOSPC");
        }
        diskFiles.write(descriptor, bytes, position);
      },
    };
    const index = open(16, 0, "model", files)!;
    const vectors = unitVectors(20, 16);
    index.append(vectors.slice(0, 160));
    isFull = true;
    assert.throws(() => index.append(vectors.slice(160)), { code: "no-space" });
    assert.equal(index.rows, 10);
    isFull = false;
    assert.equal(index.append(vectors.slice(160)), 10);
    const query = unitVectors(1, 16);
    assert.deepEqual(
      index.search({ query, limit: 20 }).hits.map(({ row }) => row),
      bruteForce(vectors, query).map(({ row }) => row),
    );
    index.close();
  });

  it("keeps the best of many scores, whatever their order", () => {
    const scores = Array.from({ length: 3000 }, () => Math.floor(random() * 500));
    const best = new TopRows(40);
    scores.forEach((score, row) => best.offer(row, row % 100 === 3 ? NaN : score));
    const expected = scores
      .map((score, row) => ({ row, score }))
      .filter(({ row }) => row % 100 !== 3)
      .sort((a, b) => b.score - a.score || a.row - b.row)
      .slice(0, 40)
      .map(({ score }) => score);
    assert.deepEqual(
      best.sorted().map(({ score }) => score),
      expected,
    );
  });
});
