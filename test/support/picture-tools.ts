import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { AppError } from "../../src/common/errors";
import { silentLogger } from "../../src/common/logger";
import {
  type PictureSource,
  PictureTools,
  type PictureToolsOptions,
} from "../../src/photos/pictures/picture-tools";
import { contentHash } from "../../src/photos/scan/content-hash";
import { enginePath, isAlive, repoRoot } from "./engines";

const demoFolder = path.join(repoRoot, "demo-workspace/pictures/home");
const demoPictures = readdirSync(demoFolder)
  .filter((name) => name.endsWith(".jpg"))
  .map((name) => path.join(demoFolder, name));
export const demoPicture = demoPictures[0]!;

/** A folder with pictures and a cache, and the tools of one or several windows on it. */
export class PictureFolder {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), "local-models-picture-tools-"));
  readonly cacheFolder = path.join(this.folder, "cache");
  /** Of every process that was started. */
  readonly pids: number[] = [];
  readonly #tools: PictureTools[] = [];

  newTools(options: Partial<PictureToolsOptions> = {}): PictureTools {
    const info = (message: string) => {
      const pid = /engine process (\d+) started/.exec(message)?.[1];
      if (pid !== undefined) {
        this.pids.push(Number(pid));
      }
    };
    const tools = new PictureTools({
      enginePath,
      cacheFolder: this.cacheFolder,
      logger: { ...silentLogger, info },
      ...options,
    });
    this.#tools.push(tools);
    return tools;
  }

  put(name: string, content: string | Uint8Array): string {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  /** Names of the files in the cache. */
  cachedNames(): string[] {
    return existsSync(this.cacheFolder)
      ? readdirSync(this.cacheFolder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map(({ name }) => name)
      : [];
  }

  /** Fails when a process is left. */
  async dispose(): Promise<void> {
    await Promise.all(this.#tools.map((tools) => tools.dispose()));
    assert.deepEqual(this.pids.filter(isAlive), []);
    rmSync(this.folder, { recursive: true });
  }
}

export function sourceOf(file: string): PictureSource {
  return { path: file, hash: contentHash(file) };
}

export function hashNumber(number: number): string {
  return number.toString(16).padStart(64, "0");
}

/** Demo pictures, each under a hash of its own, so that each is work of its own. */
export function sources(count: number, from = 0): PictureSource[] {
  return Array.from({ length: count }, (_, index) => ({
    path: demoPictures[index % demoPictures.length]!,
    hash: hashNumber(from + index),
  }));
}

/** What a promise that must fail fails with. */
export async function rejection(promise: Promise<unknown>): Promise<AppError> {
  const error: unknown = await promise.then(
    () => new Error("It was expected to be refused."),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof AppError, String(error));
  return error;
}
