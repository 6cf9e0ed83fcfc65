import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { PhotoScannerWire } from "../../protocol/photo-scanner";
import { portTransport } from "../../protocol/port-transport";
import { RpcPeer } from "../../protocol/rpc";
import type { StoreHostWire, StoreWire } from "../../protocol/store";
import { scanPictures } from "./scan";

/** What the client hands over when it starts this worker. */
export interface ScannerWorkerData {
  /** Leads to the store, past the extension host. */
  store: MessagePort;
}

if (!parentPort) {
  throw new Error("The scanner runs in a worker thread only.");
}
const { store: port } = workerData as ScannerWorkerData;
const store = new RpcPeer<StoreHostWire, StoreWire>(portTransport(port), {});

new RpcPeer<PhotoScannerWire, Record<never, never>>(portTransport(parentPort), {
  scan: (request, { signal, emit }) =>
    scanPictures(
      request,
      {
        listKnownFiles: (below) => store.request("listKnownFiles", below ? { below } : null),
        recordFiles: (found, gone) => store.request("recordFiles", { found, gone }),
      },
      signal,
      emit,
    ),
});
