import type { VectorIndex } from "./vector-index";

/** Random directions; on which side of each a row lies makes its signature. */
const directions = 160;
const words = directions / 32;
/** So many places look for a row's neighbours; each knows rows by some of the directions. */
const tables = 24;
/** Signatures of rows as near as 0.97 differ in about 25 of 160 places, those of others in 80. */
const largestDistance = 40;
const seed = 0x2545f491;

export interface NearRowsOptions {
  /** Rows in question, the ones to keep first. */
  order: Uint32Array;
  /** Smallest cosine. */
  similarity: number;
  /** What must be true of two rows beside. */
  isAlike: (row: number, other: number) => boolean;
  /** Lets others work from time to time; throws when nobody waits for the result any more. */
  pause: () => Promise<void>;
}

/** So few rows are compared with all others. */
const fewRows = 1024;
/** Rows that are tried for many neighbours; a share of all is many. */
const samples = 48;
const largeShare = 0.01;
/** Rough scores are off by less. */
const roughness = 0.01;

/**
 * Groups of rows that are near to one of them. Comparing all pairs would take hours for a hundred thousand
 * rows, so only those are compared that lie on the same side of some random planes (Charikar, “Similarity
 * estimation techniques from rounding algorithms”, STOC 2002); the planes go through the middle of the rows,
 * because vectors of pictures all point into one part of space. Such planes would cut through a group that
 * has a good part of all rows, so those are looked for first, with whole scans.
 */
export async function groupNearRows(
  index: VectorIndex,
  dimensions: number,
  options: NearRowsOptions,
): Promise<number[][]> {
  const isTaken = new Uint8Array(index.rows);
  const { order } = options;
  if (order.length <= fewRows) {
    return groupByScans(index, order, 0, isTaken, options);
  }
  const sample = order.filter((_, at) => at % Math.ceil(order.length / samples) === 0);
  const large = await groupByScans(index, sample, largeShare * order.length, isTaken, options);
  const rest = order.filter((row) => isTaken[row] === 0);
  return [...large, ...(await groupByPlanes(index, dimensions, rest, isTaken, options))];
}

/** Looks at all rows for each leader; takes groups of more than `fewest`. */
async function groupByScans(
  index: VectorIndex,
  leaders: Uint32Array,
  fewest: number,
  isTaken: Uint8Array,
  { order, similarity, isAlike, pause }: NearRowsOptions,
): Promise<number[][]> {
  const groups: number[][] = [];
  for (const leader of leaders) {
    await pause();
    if (isTaken[leader] === 1) {
      continue;
    }
    const vector = index.vector(leader);
    const scores = index.roughScores(vector);
    const enough = (scores[leader] ?? 0) * (similarity - roughness);
    const candidates = order.filter((row) => isTaken[row] === 0 && (scores[row] ?? 0) >= enough);
    const group = [leader];
    for (const row of candidates.length > fewest ? candidates : []) {
      await pause();
      if (row !== leader && isAlike(leader, row) && cosine(vector, index.vector(row)) >= similarity) {
        group.push(row);
      }
    }
    if (group.length > Math.max(1, fewest)) {
      group.forEach((row) => (isTaken[row] = 1));
      groups.push(group);
    }
  }
  return groups;
}

async function groupByPlanes(
  index: VectorIndex,
  dimensions: number,
  order: Uint32Array,
  isTaken: Uint8Array,
  { similarity, isAlike, pause }: NearRowsOptions,
): Promise<number[][]> {
  const signatures = await signaturesOf(index, dimensions, order, isTaken.length, pause);
  const buckets = await bucketTables(signatures, order, pause);
  const comparedWith = new Int32Array(isTaken.length).fill(-1);
  const groups: number[][] = [];
  for (const row of order) {
    await pause();
    if (isTaken[row] === 1) {
      continue;
    }
    isTaken[row] = 1;
    let vector: Float32Array | undefined;
    const group = [row];
    for (const { keys, heads, next } of buckets) {
      for (let other = heads[keys[row] ?? 0] ?? -1; other >= 0; other = next[other] ?? -1) {
        if (isTaken[other] === 1 || comparedWith[other] === row) {
          continue;
        }
        comparedWith[other] = row;
        if (distance(signatures, row, other) > largestDistance || !isAlike(row, other)) {
          continue;
        }
        vector ??= index.vector(row);
        if (cosine(vector, index.vector(other)) >= similarity) {
          isTaken[other] = 1;
          group.push(other);
        }
      }
    }
    if (group.length > 1) {
      groups.push(group);
    }
  }
  return groups;
}

async function signaturesOf(
  index: VectorIndex,
  dimensions: number,
  order: Uint32Array,
  rows: number,
  pause: () => Promise<void>,
): Promise<Uint32Array> {
  const random = gaussian(seed);
  const signatures = new Uint32Array(rows * words);
  for (let number = 0; number < directions; number++) {
    await pause();
    const scores = index.roughScores(Float32Array.from({ length: dimensions }, random));
    const middle = order.reduce((sum, row) => sum + (scores[row] ?? 0), 0) / Math.max(1, order.length);
    const word = number >>> 5;
    const bit = 1 << (number & 31);
    for (const row of order) {
      if ((scores[row] ?? 0) > middle) {
        signatures[row * words + word] = (signatures[row * words + word] ?? 0) | bit;
      }
    }
  }
  return signatures;
}

interface BucketTable {
  /** Of each row, its bucket. */
  keys: Int32Array;
  /** Of each bucket, its first row; -1 where it is empty. */
  heads: Int32Array;
  /** Of each row, the one behind it in its bucket; -1 where that ends. */
  next: Int32Array;
}

/** About as many buckets as rows, so that each has few. */
async function bucketTables(
  signatures: Uint32Array,
  order: Uint32Array,
  pause: () => Promise<void>,
): Promise<BucketTable[]> {
  const bits = Math.max(3, Math.min(20, Math.ceil(Math.log2(order.length + 1))));
  const random = uniform(seed);
  const found: BucketTable[] = [];
  for (let table = 0; table < tables; table++) {
    await pause();
    const keys = keysOf(signatures, sample(directions, bits, random));
    const heads = new Int32Array(2 ** bits).fill(-1);
    const next = new Int32Array(keys.length).fill(-1);
    // From behind, so that each bucket begins with the ones to keep.
    for (let at = order.length - 1; at >= 0; at--) {
      const row = order[at] ?? 0;
      const key = keys[row] ?? 0;
      next[row] = heads[key] ?? -1;
      heads[key] = row;
    }
    found.push({ keys, heads, next });
  }
  return found;
}

/** The chosen bits of each row's signature. */
function keysOf(signatures: Uint32Array, places: readonly number[]): Int32Array {
  const keys = new Int32Array(signatures.length / words);
  for (const place of places) {
    const [word, bit] = [place >>> 5, place & 31];
    for (let row = 0; row < keys.length; row++) {
      keys[row] = ((keys[row] ?? 0) << 1) | (((signatures[row * words + word] ?? 0) >>> bit) & 1);
    }
  }
  return keys;
}

function distance(signatures: Uint32Array, row: number, other: number): number {
  let differing = 0;
  for (let word = 0; word < words; word++) {
    differing += ones((signatures[row * words + word] ?? 0) ^ (signatures[other * words + word] ?? 0));
  }
  return differing;
}

/** Bits that are set, in pairs, fours, eights (Warren, “Hacker's Delight”, 5-1). */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  let squaresOfA = 0;
  let squaresOfB = 0;
  for (let index = 0; index < a.length; index++) {
    const [x, y] = [a[index] ?? 0, b[index] ?? 0];
    sum += x * y;
    squaresOfA += x * x;
    squaresOfB += y * y;
  }
  return sum / Math.sqrt(squaresOfA * squaresOfB || 1);
}

/** The same series each time, so that results do not change by themselves (xorshift32, Marsaglia 2003). */
function uniform(start: number): () => number {
  let state = start;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Box-Muller. */
function gaussian(start: number): () => number {
  const random = uniform(start);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** `count` different numbers below `limit`. */
function sample(limit: number, count: number, random: () => number): number[] {
  const numbers = Array.from({ length: limit }, (_, number) => number);
  for (let at = 0; at < count; at++) {
    const other = at + Math.floor(random() * (limit - at));
    [numbers[at], numbers[other]] = [numbers[other] ?? 0, numbers[at] ?? 0];
  }
  return numbers.slice(0, count);
}
