import { createHash } from "node:crypto";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { silentLogger } from "../../../src/common/logger";
import { HubClient } from "../../../src/library/hub-client";
import type { PullProgress, PullRequest } from "../../../src/library/model";
import { pull, type PullContext } from "../../../src/library/pull";
import { freeSpaceOf } from "../../../src/library/free-space";
import type { HubServer } from "../../fixtures/hub-server";

/** A GGUF magic and reproducible noise behind it: real bytes as far as a download is concerned. */
export function ggufContent(seed: string, sizeBytes: number): Buffer {
  return Buffer.concat([Buffer.from("GGUF"), noise(seed, sizeBytes - 4)]);
}

export function noise(seed: string, sizeBytes: number): Buffer {
  const blocks: Buffer[] = [];
  for (let index = 0; index * 64 < sizeBytes; index++) {
    blocks.push(createHash("sha512").update(`${seed}/${index}`).digest());
  }
  return Buffer.concat(blocks).subarray(0, sizeBytes);
}

export function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** A folder of its own for each test, removed afterwards. */
export function useTemporaryFolder(): () => string {
  let folder = "";
  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), "library-"));
  });
  afterEach(() => fs.rm(folder, { recursive: true, force: true }));
  return () => folder;
}

export const never = new AbortController().signal;

export function clientOf(hub: HubServer, token?: string): HubClient {
  return new HubClient({ endpoint: hub.url, token, retryDelayMs: 5 });
}

export function pullContext(
  hub: HubServer,
  modelsFolder: string,
  change: Partial<PullContext> = {},
): PullContext {
  return {
    modelsFolder,
    client: clientOf(hub),
    freeSpace: freeSpaceOf,
    now: () => performance.now(),
    logger: silentLogger,
    memoryBytes: 8e9,
    describe: ({ name, kind }) => ({ name, kind }),
    retryDelayMs: 5,
    ...change,
  };
}

/** Pulls to the end and returns every report. */
export async function pullAll(
  request: PullRequest,
  context: PullContext,
  signal: AbortSignal = never,
): Promise<PullProgress[]> {
  const reports: PullProgress[] = [];
  for await (const progress of pull(request, context, signal)) {
    reports.push(progress);
  }
  return reports;
}

/** Every file and link below a folder, relative, sorted. */
export async function tree(folder: string): Promise<string[]> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}
