/** Vectors, row-major, and what else a request gives. */
interface WithVectors {
  vectors: Float32Array;
}

/**
 * A result on its way between processes. Node's channel takes a typed array apart in JavaScript, on both sides,
 * but not the memory beneath it: two hundredths of the time of a short text in a small model.
 */
export type Sent<Result extends WithVectors> = Omit<Result, "vectors"> & { memory: ArrayBuffer };

export function toSent<Result extends WithVectors>({ vectors, ...others }: Result): Sent<Result> {
  const { buffer } = vectors.byteLength === vectors.buffer.byteLength ? vectors : vectors.slice();
  return { ...others, memory: buffer as ArrayBuffer };
}

export function fromSent<Others extends object>({
  memory,
  ...others
}: Others & { memory: ArrayBuffer }): Omit<Others, "memory"> & WithVectors {
  return { ...others, vectors: new Float32Array(memory) };
}
