import { firstToken, type Padding, type TokenizedText } from "./text-batches";

/** Inputs of graphs that read texts; a graph may leave out some. */
export const textInputNames = ["input_ids", "attention_mask", "token_type_ids"] as const;

export type TextInputName = (typeof textInputNames)[number];

/** A batch as a model reads it; texts × tokens of the longest. */
export interface TextInputs extends Record<TextInputName, BigInt64Array> {
  dims: [number, number];
}

/** Lays out batches one after another in the same memory, so that a text leaves little behind to be collected. */
export class TextInputWriter {
  readonly #padding: Padding;
  readonly #ids = new Integers();
  readonly #kept = new Integers();
  readonly #types = new Integers();

  constructor(padding: Padding) {
    this.#padding = padding;
  }

  /** Valid until the next batch is written. */
  write(batch: readonly TokenizedText[]): TextInputs {
    const longest = batch.reduce((most, { tokens }) => Math.max(most, tokens.length), 0);
    const size = batch.length * longest;
    const { token: paddingToken, side } = this.#padding;
    const ids = this.#ids.filled(size, paddingToken);
    const kept = this.#kept.filled(size, 0);
    const types = this.#types.filled(size, 0);
    let row = 0;
    for (const text of batch) {
      const first = row + firstToken(text, longest, side);
      this.#ids.set(text.tokens, first);
      this.#kept.fill(1, first, first + text.tokens.length);
      if (text.types) {
        this.#types.set(text.types, first);
      }
      row += longest;
    }
    return { input_ids: ids, attention_mask: kept, token_type_ids: types, dims: [batch.length, longest] };
  }
}

/**
 * Integers from 0 to 2³¹ in 64 bits each. They are written as halves, because a `BigInt` for each would have to
 * be collected; the upper half stays zero, and is behind the lower on all processors that Node runs local models on.
 */
class Integers {
  #halves = new Int32Array(0);

  filled(count: number, value: number): BigInt64Array {
    if (this.#halves.length < 2 * count) {
      this.#halves = new Int32Array(2 * Math.max(512, count));
    }
    this.fill(value, 0, count);
    return new BigInt64Array(this.#halves.buffer, 0, count);
  }

  fill(value: number, start: number, end: number): void {
    for (let at = start; at < end; at++) {
      this.#halves[2 * at] = value;
    }
  }

  set(values: readonly number[], start: number): void {
    for (let at = 0; at < values.length; at++) {
      this.#halves[2 * (start + at)] = values[at] ?? 0;
    }
  }
}
