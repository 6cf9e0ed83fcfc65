import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type * as Llama from "./bare-llama.mjs";
import type * as Onnx from "./bare-onnx.mjs";

/** A process with an inference library and nothing of ours: what the product is measured against. */
class BareProcess<Request extends object, Result> {
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
  }

  async measure(request: Request): Promise<Result> {
    const answer = once(this.#child, "message");
    this.#child.send(request);
    const [result] = (await answer) as [Result];
    return result;
  }

  /** May be called again. */
  stop(): void {
    if (this.#child.connected) {
      this.#child.disconnect();
    }
  }
}

export type BareLlama = BareProcess<Llama.BareRequest, Llama.BareResult>;
export type BareOnnx = BareProcess<Onnx.BareRequest, Onnx.BareResult>;

/** node-llama-cpp alone, in a process started as the product starts its own. */
export async function startBareLlama(start: Llama.BareStart): Promise<BareLlama> {
  return new BareProcess(await startProcess("bare-llama.mts", start, { UV_THREADPOOL_SIZE: "1" }));
}

/** onnxruntime-node alone. */
export async function startBareOnnx(start: Onnx.BareStart): Promise<BareOnnx> {
  return new BareProcess(await startProcess("bare-onnx.mts", start, {}));
}

async function startProcess(
  file: string,
  start: object,
  environment: Record<string, string>,
): Promise<ChildProcess> {
  const child = fork(path.join(__dirname, file), [JSON.stringify(start)], {
    execArgv: ["--import", "tsx"],
    serialization: "advanced",
    env: { ...process.env, ...environment },
  });
  await once(child, "message");
  return child;
}
