import type { ChildProcess } from "node:child_process";
import { AppError } from "../common/errors";
import type { Transport } from "./rpc";

/** The host's end of a forked child's IPC channel. `describeExit` words why the channel closed. */
export function childTransport(child: ChildProcess, describeExit: () => AppError): Transport {
  return {
    post(message) {
      if (!child.connected) {
        throw describeExit();
      }
      // A failed write means the child is gone; its `exit` event settles what is pending.
      child.send(message as object, () => {});
    },
    onMessage(listener) {
      child.on("message", listener);
    },
    onClose(listener) {
      child.once("exit", () => listener(describeExit()));
      child.once("error", () => listener(describeExit()));
    },
  };
}

/** The child's end. */
export function parentTransport(): Transport {
  const send = process.send?.bind(process);
  if (!send) {
    throw new AppError("internal", "This program is started by the extension, not by hand.");
  }
  return {
    post(message) {
      if (process.connected) {
        send(message, undefined, undefined, () => {});
      }
    },
    onMessage(listener) {
      process.on("message", listener);
    },
    onClose(listener) {
      process.once("disconnect", () => listener(new AppError("peer-closed", "The extension host is gone.")));
    },
  };
}
