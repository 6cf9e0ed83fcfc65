import { stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { AutoModel, PreTrainedModel } from "@huggingface/transformers";

type Settings = NonNullable<Parameters<typeof AutoModel.from_pretrained>[1]>;

/** A class of transformers.js. */
interface ModelClass {
  from_pretrained: (folder: string, settings: Settings) => Promise<PreTrainedModel>;
}

export interface GraphsOptions {
  folder: string;
  /** Relative to the folder. */
  weightFiles: readonly string[];
  settings: (threads: number) => Settings;
  threads: number;
  /** Words why they could not be opened. */
  explain: (error: unknown) => Error;
}

interface LoadedGraphs {
  model: PreTrainedModel;
  open: () => Promise<PreTrainedModel>;
}

/**
 * The graphs of one model. ONNX Runtime starts a graph's threads when it opens its file, so another number of
 * threads means to open the files again, one after the other: no weights are held twice.
 */
export class Graphs {
  readonly #options: GraphsOptions;
  readonly #loaded: LoadedGraphs[] = [];
  /** How many of the processor's cores are the model's; others work on the rest. */
  cores = os.availableParallelism();
  #threads: number;
  #isOpen = true;
  #openMs = 0;
  #filesWhenLoaded: Promise<string> | undefined;

  constructor(options: GraphsOptions) {
    this.#options = options;
    this.#threads = options.threads;
  }

  get threads(): number {
    return this.#threads;
  }

  /** Whether they can be run; not after they could not be opened again. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** How long opening all of them took the last time, in milliseconds. */
  get openMs(): number {
    return this.#openMs;
  }

  /** Opens what a class needs; its model always has the graphs that are open. */
  async load(modelClass: ModelClass, further: Partial<Settings> = {}): Promise<PreTrainedModel> {
    this.#filesWhenLoaded ??= this.#describeFiles();
    const { folder, settings, explain } = this.#options;
    const open = () =>
      modelClass
        .from_pretrained(folder, { ...settings(this.#threads), ...further })
        .catch((error: unknown) => {
          throw explain(error);
        });
    const startedAt = performance.now();
    const model = await open();
    this.#openMs += performance.now() - startedAt;
    this.#loaded.push({ model, open });
    return model;
  }

  /** To be called while nothing runs. When it rejects they are closed, and it may be called again. */
  async useThreads(threads: number): Promise<void> {
    if (this.#isOpen && threads === this.#threads) {
      return;
    }
    const startedAt = performance.now();
    this.#threads = threads;
    await this.close();
    for (const { model, open } of this.#loaded) {
      model.sessions = (await open()).sessions;
    }
    this.#isOpen = true;
    this.#openMs = performance.now() - startedAt;
  }

  /** Whether the files are there as they were: a model goes on with what is open when its folder is deleted. */
  async canBeOpened(): Promise<boolean> {
    return (await this.#filesWhenLoaded) === (await this.#describeFiles());
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    for (const { model } of this.#loaded) {
      await model.dispose();
      model.sessions = {};
    }
  }

  async #describeFiles(): Promise<string> {
    const { folder, weightFiles } = this.#options;
    const descriptions = weightFiles.map(async (file) => {
      const found = await stat(path.join(folder, file)).catch(() => undefined);
      return found ? `${found.ino} ${found.size} ${found.mtimeMs}` : "none";
    });
    return (await Promise.all(descriptions)).join();
  }
}
