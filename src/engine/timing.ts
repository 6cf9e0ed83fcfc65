import type { EngineName } from "../protocol/engine";

/** How long an engine process may be silent, in milliseconds. */
export interface WatchdogTiming {
  checkEveryMs: number;
  /** While it loads. */
  loadingMs: number;
  /** A load may take longer in all, but not without progress. */
  progressMs: number;
  /** While it has nothing to do. */
  idleMs: number;
  /** While it works on requests. */
  busyMs: number;
  /** While native code of the running model holds libuv's pool. */
  poolMs: number;
}

/** Every bound of supervision in one place, so that tests can shorten them. Milliseconds. */
export interface EngineTiming {
  /** A cancelled request that takes longer costs its process. */
  cancelGraceMs: number;
  /** Pauses before the first, second, … restart after a crash; when they are used up, the model has failed. */
  restartPausesMs: readonly number[];
  /** Restarts longer ago than this are forgotten. */
  restartWindowMs: number;
  watchdog: Record<EngineName, WatchdogTiming>;
  /** How often idle models are looked at. */
  keepAliveCheckMs: number;
  /** A model gets threads back this long after another stopped working, so that short requests do not make them swing. */
  threadReturnMs: number;
}

export const defaultTiming: EngineTiming = {
  // Stop takes effect within 1.5 s; the rest is for the signal to travel and the process to end.
  cancelGraceMs: 1_400,
  restartPausesMs: [1_000, 4_000, 16_000],
  restartWindowMs: 10 * 60_000,
  watchdog: {
    // llama.cpp works on libuv's pool: its JS thread is free at all times. One chunk of a prompt, or one long
    // text to embed, holds the pool.
    llama: {
      checkEveryMs: 5_000,
      loadingMs: 60_000,
      progressMs: 600_000,
      idleMs: 20_000,
      busyMs: 20_000,
      poolMs: 180_000,
    },
    // ONNX Runtime opens sessions and runs batches on the JS thread.
    onnx: {
      checkEveryMs: 5_000,
      loadingMs: 300_000,
      progressMs: 600_000,
      idleMs: 20_000,
      busyMs: 180_000,
      poolMs: 180_000,
    },
  },
  keepAliveCheckMs: 15_000,
  threadReturnMs: 1_000,
};
