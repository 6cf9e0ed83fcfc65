import { Worker } from "node:worker_threads";
import type { PhotoScannerWire, ScanProgress, ScanRequest, ScanResult } from "../../protocol/photo-scanner";
import { portTransport } from "../../protocol/port-transport";
import { RpcPeer } from "../../protocol/rpc";
import type { Store } from "../../store/store-client";

export interface ScanOptions {
  /** The scanner's bundle. */
  workerPath: string;
  store: Store;
  signal: AbortSignal;
  onProgress: (progress: ScanProgress) => void;
}

/** One scan in a worker of its own, which ends with it. */
export async function runScan(
  request: ScanRequest,
  { workerPath, store, signal, onProgress }: ScanOptions,
): Promise<ScanResult> {
  const { port, ended } = await store.connect();
  const worker = new Worker(workerPath, {
    name: "Local Models picture scanner",
    // Debugger and loaders of the host are not meant for it, and each would delay its start.
    execArgv: [],
    workerData: { store: port },
    transferList: [port],
  });
  const peer = new RpcPeer<Record<never, never>, PhotoScannerWire>(portTransport(worker), {});
  void ended.then(() => peer.close());
  try {
    return await peer.request("scan", request, { signal, onEvent: onProgress });
  } finally {
    void worker.terminate();
  }
}
