import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { PictureMentionsWire } from "../../../protocol/picture-mentions";
import { portTransport } from "../../../protocol/port-transport";
import { RpcPeer } from "../../../protocol/rpc";
import type { StoreHostWire, StoreWire } from "../../../protocol/store";
import { UnusedFinder } from "./find-unused";

/** What the client hands over when it starts this worker. */
interface MentionsWorkerData {
  /** Leads to the store, past the extension host. */
  store: MessagePort;
}

if (!parentPort) {
  throw new Error("Mentions of pictures are read in a worker thread only.");
}
const { store: port } = workerData as MentionsWorkerData;
const store = new RpcPeer<StoreHostWire, StoreWire>(portTransport(port), {});
const finder = new UnusedFinder();

new RpcPeer<PictureMentionsWire, Record<never, never>>(portTransport(parentPort), {
  findUnused: async ({ roots }, { signal }) =>
    finder.find(roots, await store.request("listPicturePaths", null), signal),
});
