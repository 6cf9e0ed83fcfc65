import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { BareRequest, BareResult, BareStart } from "./bare-onnx.mjs";

/** onnxruntime-node alone, in a process of its own. */
export class BareOnnx {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(start: BareStart): Promise<BareOnnx> {
    const child = fork(path.join(__dirname, "bare-onnx.mts"), [JSON.stringify(start)], {
      execArgv: ["--import", "tsx"],
      serialization: "advanced",
    });
    await once(child, "message");
    return new BareOnnx(child);
  }

  async measure(request: BareRequest): Promise<BareResult> {
    const answer = once(this.#child, "message");
    this.#child.send(request);
    const [result] = (await answer) as [BareResult];
    return result;
  }

  stop(): void {
    this.#child.disconnect();
  }
}
