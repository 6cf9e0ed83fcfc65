import { readFileSync } from "node:fs";
import { fileError } from "../file-errors";

/** Exports of kernel.wat; pointers are bytes into `memory`. */
export interface VectorKernel {
  readonly memory: WebAssembly.Memory;
  readonly dotInt8: (
    matrix: number,
    scales: number,
    rows: number,
    columns: number,
    query: number,
    scores: number,
  ) => void;
  readonly quantize: (source: number, rows: number, columns: number, matrix: number, scales: number) => void;
}

/** Rows a kernel works on at once; also what their number is rounded up to. */
export const rowsAtOnce = 4;
/** What the number of columns is rounded up to, with zeros. */
export const columnsAtOnce = 16;

export function compileVectorKernel(path: string): WebAssembly.Module {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw fileError(error, path);
  }
  return new WebAssembly.Module(new Uint8Array(bytes));
}

/** Each index has a kernel of its own, because the memory belongs to it. */
export function newVectorKernel(module: WebAssembly.Module): VectorKernel {
  return new WebAssembly.Instance(module).exports as unknown as VectorKernel;
}

export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
