import { stat } from "node:fs/promises";
import { AppError } from "../common/errors";
import type { EngineHostWire, EngineWire, LoadParams } from "../protocol/engine";
import { parentTransport } from "../protocol/process-transport";
import { type CallContext, RpcPeer } from "../protocol/rpc";
import { toSent } from "../protocol/sent-vectors";
import type { EngineBackend, LoadBackend } from "./backend";
import { ownMemoryBytes } from "./memory";
import { exitWithParent } from "./parent-watch";

/** An engine process runs one model: the host asks it to load once, then sends requests until shutdown. */
let backend: EngineBackend | undefined;

exitWithParent();

new RpcPeer<EngineWire, EngineHostWire>(
  parentTransport(),
  {
    load,
    chat: (params, { signal, emit }) =>
      served("chat")(params, { receivedAt: performance.now(), signal, emit }),
    complete: (params, { signal, emit }) =>
      served("complete")(params, { receivedAt: performance.now(), signal, emit }),
    embed: async (params, { signal }) => toSent(await served("embed")(params, signal)),
    embedImages: async (params, { signal }) => toSent(await served("embedImages")(params, signal)),
    caption: (params, { signal }) => served("caption")(params, signal),
    transcribe: (params, { signal, emit }) => served("transcribe")(params, { signal, emit }),
    rerank: (params, { signal }) => served("rerank")(params, signal),
    limitThreads: ({ most }) => {
      backend?.limitThreads?.(most);
      return null;
    },
    graphics: async () => (await import("./graphics")).graphicsInfo(),
    convertPicture: async (params) => (await importPictures()).convertPicture(params),
    ping: () => null,
    probe: async () => {
      // Any access to a file waits its turn in the pool.
      await stat(process.execPath);
      return { memoryBytes: await ownMemoryBytes() };
    },
    shutdown: async () => {
      await backend?.dispose();
      backend = undefined;
      // After the reply has left; the host reads the exit as the end of the shutdown.
      setTimeout(() => process.exit(0), 20);
      return null;
    },
  },
  (error) => console.error(error.detail ?? error.message),
);

async function load(params: LoadParams, context: CallContext<EngineWire["load"]["event"]>) {
  if (backend) {
    throw new AppError("internal", "This engine process already holds a model.");
  }
  const loadBackend = await importBackend(params.engine);
  backend = await loadBackend(params, context.signal, (fraction) => context.emit({ fraction }));
  return backend.loaded;
}

/** Each engine's library is imported only by the processes that need it. */
async function importBackend(engine: LoadParams["engine"]): Promise<LoadBackend> {
  if (engine === "llama") {
    return (await import("./llama/llama-backend")).loadLlamaBackend;
  }
  // Before the library, which imports sharp.
  (await import("./sharp-build")).chooseSharpBuild();
  return (await import("./onnx/onnx-backend")).loadOnnxBackend;
}

async function importPictures() {
  (await import("./sharp-build")).chooseSharpBuild();
  return import("./pictures/convert");
}

type Service = Exclude<keyof EngineBackend, "loaded" | "limitThreads" | "dispose">;

const purposes: Record<Service, string> = {
  chat: "chat",
  complete: "continuing texts",
  embed: "embedding texts",
  embedImages: "embedding pictures",
  caption: "describing pictures",
  transcribe: "writing down speech",
  rerank: "ranking texts",
};

function served<S extends Service>(service: S): NonNullable<EngineBackend[S]> {
  if (!backend) {
    throw new AppError("engine-stopped", "The model is not loaded. Deploy it again.");
  }
  const method = backend[service];
  if (!method) {
    throw new AppError("unsupported-model", "This model was not deployed for {0}.", [purposes[service]]);
  }
  return method;
}
