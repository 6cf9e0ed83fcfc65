/**
 * Repeatable random numbers: xoshiro128** (https://prng.di.unimi.it), its state filled from the seed by
 * SplitMix32.
 */
export class RandomNumbers {
  readonly #state = new Uint32Array(4);

  constructor(seed: number) {
    let state = (Math.trunc(seed) ^ Math.trunc(seed / 2 ** 32)) >>> 0;
    for (let index = 0; index < 4; index++) {
      state = (state + 0x9e3779b9) >>> 0;
      let mixed = state;
      mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      this.#state[index] = mixed ^ (mixed >>> 15);
    }
  }

  /** In 0…1, 1 excluded. */
  next(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#state;
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9);
    const third = c ^ a;
    const fourth = d ^ b;
    this.#state.set([a ^ fourth, b ^ third, third ^ (b << 9), rotateLeft(fourth, 11)]);
    return (result >>> 0) / 2 ** 32;
  }
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
