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
      return queue.run(() => loadedBackend().chat(params, { receivedAt, signal, emit }));
    },
    embed: (params, { signal }) => queue.run(() => loadedBackend().embed(params, signal)),
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

function loadedBackend(): EngineBackend {
  if (!backend) {
    throw new AppError("engine-stopped", "The model is not loaded. Deploy it again.");
  }
  return backend;
}
