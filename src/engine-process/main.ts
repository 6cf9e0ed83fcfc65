import { SerialQueue } from "../common/async";
import { AppError } from "../common/errors";
import type { EngineHostWire, EngineWire, LoadParams } from "../protocol/engine";
import { parentTransport } from "../protocol/process-transport";
import { type CallContext, RpcPeer } from "../protocol/rpc";
import type { EngineBackend, LoadBackend } from "./backend";
import { exitWithParent } from "./parent-watch";

/** An engine process runs one model: the host asks it to load once, then sends requests until shutdown. */
let backend: EngineBackend | undefined;
const queue = new SerialQueue();

exitWithParent();

new RpcPeer<EngineWire, EngineHostWire>(
  parentTransport(),
  {
    load: (params, context) => queue.run(() => load(params, context)),
    chat: (params, { signal, emit }) => {
      const receivedAt = performance.now();
      return queue.run(() => served("chat")(params, { receivedAt, signal, emit }));
    },
    embed: (params, { signal }) => queue.run(() => served("embed")(params, signal)),
    embedImages: (params, { signal }) => queue.run(() => served("embedImages")(params, signal)),
    caption: (params, { signal }) => queue.run(() => served("caption")(params, signal)),
    transcribe: (params, { signal, emit }) => queue.run(() => served("transcribe")(params, { signal, emit })),
    ping: () => null,
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
  return (await import("./onnx/onnx-backend")).loadOnnxBackend;
}

type Service = Exclude<keyof EngineBackend, "loaded" | "dispose">;

const purposes: Record<Service, string> = {
  chat: "chat",
  embed: "embedding texts",
  embedImages: "embedding pictures",
  caption: "describing pictures",
  transcribe: "writing down speech",
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
