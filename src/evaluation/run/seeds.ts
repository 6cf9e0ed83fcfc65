import { createHash, randomInt } from "node:crypto";
import type { ResponseKey } from "../../protocol/store-evaluations";

const seeds = 2 ** 32;

export function drawSeed(): number {
  return randomInt(seeds);
}

/**
 * The seed of one response. It depends on its place in the suite alone: not on the model, so that models are
 * compared on equal terms, and not on the order in which responses are made.
 */
export function responseSeed(seed: number, { sequence, run, prompt }: Omit<ResponseKey, "model">): number {
  return hashOf(seed, sequence, run, prompt);
}

/** The seed of one judgement of a response. */
export function judgementSeed(seed: number, key: ResponseKey, criterion: string, repeat: number): number {
  return hashOf(seed, key.model, key.sequence, key.run, key.prompt, criterion, repeat);
}

function hashOf(...parts: (number | string)[]): number {
  return createHash("sha256").update(JSON.stringify(parts)).digest().readUInt32LE(0);
}
