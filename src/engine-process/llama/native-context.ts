import type { LlamaContext } from "node-llama-cpp";

/** What llama.cpp draws tokens with; it keeps its state of chance and what it was told to prefer. */
export interface NativeSampler {
  applyConfig(config: object): unknown;
}

/** A token, alone or followed by what is known about it. */
export type SampledToken = number | [token: number, ...rest: unknown[]];

/**
 * What node-llama-cpp's native part does for a step of its JavaScript part; it has no public interface for
 * steps. A batch is filled and evaluated, then tokens are drawn by their indexes in it.
 */
export interface NativeContext {
  initBatch(size: number): void;
  /** Returns the indexes of those tokens that a next one can be drawn from. */
  addToBatch(
    sequenceId: number,
    firstTokenIndex: number,
    tokens: Uint32Array,
    logitIndexes: Uint32Array,
  ): Uint32Array;
  decodeBatch(): Promise<void>;
  sampleToken(logitIndex: number, sampler: NativeSampler, ...args: readonly unknown[]): Promise<SampledToken>;
  getThreads(): number;
  setThreads(threads: number): void;
}

/** Keeps the library from disposing of a context that is in use. */
export interface DisposeGuard {
  /** @throws Error when it is being disposed of */
  createPreventDisposalHandle(): { dispose(): void };
}

/** The library's own sign that no token could be drawn; it becomes an error of the request. */
export const noToken = -1;

const methods = [
  "initBatch",
  "addToBatch",
  "decodeBatch",
  "sampleToken",
  "getThreads",
  "setThreads",
] as const satisfies (keyof NativeContext)[];

/** Undefined where the library has changed, or where background jobs could overtake each other. */
export function nativeContext(context: LlamaContext): NativeContext | undefined {
  const native = (context as unknown as Partial<ContextInternals>)._ctx;
  const isKnown = methods.every((name) => typeof native?.[name] === "function");
  return isKnown && process.env["UV_THREADPOOL_SIZE"] === "1" ? native : undefined;
}

/** What the library keeps private of a context. */
interface ContextInternals {
  _ctx: NativeContext;
  _backendContextDisposeGuard: DisposeGuard;
}

/** Undefined where the library has changed. */
export function disposeGuard(context: LlamaContext): DisposeGuard | undefined {
  const { _backendContextDisposeGuard: guard } = context as unknown as Partial<ContextInternals>;
  return typeof guard?.createPreventDisposalHandle === "function" ? guard : undefined;
}

/** The native methods are read-only, and stay as they are for other contexts. */
export function replaceMethods(native: NativeContext, replacements: Partial<NativeContext>): void {
  for (const [name, value] of Object.entries(replacements)) {
    Object.defineProperty(native, name, { value, configurable: true });
  }
}
