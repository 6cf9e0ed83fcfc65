import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { AppError } from "../../common/errors";
import { portTransport } from "../../protocol/port-transport";
import { type Handlers, RpcPeer } from "../../protocol/rpc";
import type { StoreHostWire, StoreWire } from "../../protocol/store";
import * as chats from "./chats";
import type { Change, Query } from "./commits";
import { evaluationHandlers } from "./evaluations/evaluation-handlers";
import { interruptEvaluations } from "./evaluations/evaluations";
import { MediaService } from "./media/media-service";
import { PictureSearchService } from "./media/search-service";
import { StoreSession } from "./session";

/** What the client hands over when it starts this worker. */
interface StoreWorkerData {
  client: string;
}

let session: Promise<StoreSession> | undefined;
const media = new MediaService(openSession);

async function read<T>(query: Query<T>): Promise<T> {
  return (await openSession()).read(query);
}

async function write(change: Change<void>): Promise<null> {
  await (await openSession()).write(change);
  return null;
}

/** Ends what nobody works on any more. */
const afterCrash: Change<void> = (transaction) => {
  chats.stopStreamingMessages(transaction);
  interruptEvaluations(transaction);
};

function openSession(): Promise<StoreSession> {
  if (!session) {
    throw new AppError("internal", "The store is not open.");
  }
  return session;
}

const handlers: Handlers<StoreWire> = {
  open: async ({ directory, wasmPath, kernelPath }) => {
    if (session) {
      throw new AppError("internal", "The store is open already.");
    }
    const { client } = workerData as StoreWorkerData;
    // Standard error reaches the extension's log.
    const report = (message: string) => console.error(message);
    const firstChange = afterCrash;
    media.setPlace({ directory, kernelPath });
    session = StoreSession.open({ directory, wasmPath, client, firstChange, report });
    try {
      return (await session).opened;
    } catch (error) {
      session = undefined;
      throw error;
    }
  },
  checkpoint: async () => {
    await (await openSession()).checkpoint();
    return null;
  },
  close: async () => {
    const closing = session;
    session = undefined;
    await media.close();
    await (await closing)?.close();
    return null;
  },

  listChats: () => read(chats.listChats),
  getChat: ({ chatId }) => read(chats.getChat(chatId)),
  createChat: ({ chat }) => write(chats.createChat(chat)),
  updateChat: ({ chatId, change, at }) => write(chats.updateChat(chatId, change, at)),
  deleteChat: ({ chatId }) => write(chats.deleteChat(chatId)),
  addMessages: ({ chatId, messages }) => write(chats.addMessages(chatId, messages)),
  updateMessage: ({ messageId, change }) => write(chats.updateMessage(messageId, change)),
  truncateChat: ({ chatId, fromMessageId }) => write(chats.truncateChat(chatId, fromMessageId)),
  ...media.handlers,
  ...new PictureSearchService(media.access).handlers,
  ...evaluationHandlers(openSession),

  connect: ({ port }) => {
    const own = port as MessagePort;
    new RpcPeer<StoreWire, StoreHostWire>(portTransport(own), handlers, report);
    return null;
  },
};

if (!parentPort) {
  throw new Error("The store runs in a worker thread only.");
}
new RpcPeer<StoreWire, StoreHostWire>(portTransport(parentPort), handlers, report);

/** Standard error reaches the extension's log. */
function report(error: AppError): void {
  console.error(error.message);
}
