import type { MessagePort, Worker } from "node:worker_threads";
import { AppError } from "../common/errors";
import type { Transport } from "./rpc";

/** A transport over `parentPort`, one end of a `MessageChannel`, or a `Worker` seen from its parent. */
export function portTransport(port: MessagePort | Worker): Transport {
  const closeListeners: ((reason: AppError) => void)[] = [];
  let closed: AppError | undefined;
  const close = (reason: AppError) => {
    if (closed) {
      return;
    }
    closed = reason;
    for (const listener of closeListeners) {
      listener(reason);
    }
  };
  // A worker reports an uncaught error before its exit, so the first reason is the better one.
  port.on("error", (error: unknown) => close(workerFailed(error)));
  port.on("exit", (code: number) => close(workerEnded(code)));
  port.on("close", () => close(new AppError("peer-closed", "The connection was closed.")));
  return {
    post: (message, transfer) => port.postMessage(message, transfer as readonly MessagePort[] | undefined),
    onMessage: (listener) => {
      port.on("message", listener);
    },
    onClose: (listener) => {
      if (closed) {
        listener(closed);
      } else {
        closeListeners.push(listener);
      }
    },
  };
}

function workerFailed(error: unknown): AppError {
  const message = error instanceof Error ? error.message : String(error);
  return new AppError(
    "peer-closed",
    "A background worker stopped because of an error: {0}",
    [message],
    error instanceof Error ? error.stack : undefined,
  );
}

function workerEnded(code: number): AppError {
  return new AppError("peer-closed", "A background worker ended (exit code {0}).", [code]);
}
