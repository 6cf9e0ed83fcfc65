import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { BareRequest, BareResult, BareStart } from "./bare-llama.mjs";

/** node-llama-cpp alone, in a process started as the product starts its own. */
export class BareLlama {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(start: BareStart): Promise<BareLlama> {
    const child = fork(path.join(__dirname, "bare-llama.mts"), [JSON.stringify(start)], {
      execArgv: ["--import", "tsx"],
      env: { ...process.env, UV_THREADPOOL_SIZE: "1" },
    });
    await once(child, "message");
    return new BareLlama(child);
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
