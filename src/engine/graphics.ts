import { abortError } from "../common/errors";
import type { Logger } from "../common/logger";
import type { GraphicsInfo } from "../protocol/engine";
import { EngineChild } from "./engine-child";

/** Finds out which graphics devices models can use, in a short-lived engine process. */
export class GraphicsProbe {
  readonly #entryPath: string;
  readonly #logger: Logger;
  #known: GraphicsInfo | undefined;
  #asking: Promise<GraphicsInfo> | undefined;
  #child: EngineChild | undefined;
  #disposed = false;

  constructor(options: { enginePath: string; logger: Logger }) {
    this.#entryPath = options.enginePath;
    this.#logger = options.logger;
  }

  /** The last answer; devices stay the same while VS Code runs, their free memory does not. */
  get known(): GraphicsInfo | undefined {
    return this.#known;
  }

  /** Asks now; several who ask at once share one answer. @throws AppError when the drivers cannot be asked */
  ask(): Promise<GraphicsInfo> {
    this.#asking ??= this.#askChild().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  /** Ends a question under way; it rejects as cancelled. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#child?.kill(abortError());
  }

  async #askChild(): Promise<GraphicsInfo> {
    if (this.#disposed) {
      throw abortError();
    }
    const child = new EngineChild({
      entry: this.#entryPath,
      engine: "llama",
      name: "hardware",
      logger: this.#logger,
    });
    this.#child = child;
    try {
      this.#known = await child.rpc.request("graphics", null);
      return this.#known;
    } finally {
      await child.shutdown();
      this.#child = undefined;
    }
  }
}
