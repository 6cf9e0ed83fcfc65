import * as assert from "node:assert/strict";
import * as path from "node:path";
import { pull } from "../../../src/library/pull";
import { HubServer, type RequestLogEntry } from "../../fixtures/hub-server";
import { ggufContent, pullContext, sha256, useTemporaryFolder } from "./support";

export const id = "org/tiny-gguf";
export const primaryFile = "tiny-Q4_K_M.gguf";
export const content = ggufContent("q4", 3_000_000);
export const hash = sha256(content);
export const repoFolder = "hub/models--org--tiny-gguf";
export const request = { repoId: id, primaryFile };

export interface PullBench {
  hub: HubServer;
  models: string;
  commit: string;
  blob: (name: string) => string;
  storageRequests: () => RequestLogEntry[];
  /** Pulls until so many bytes were reported, then cancels. */
  pullAndCancel: (bytes: number) => Promise<void>;
}

/** A hub with one model and an empty models folder, new for each test. */
export function usePullBench(): PullBench {
  const folder = useTemporaryFolder();
  const bench = {
    blob: (name) => path.join(bench.models, repoFolder, "blobs", name),
    storageRequests: () => bench.hub.requests.filter((each) => each.server === "storage"),
    async pullAndCancel(bytes) {
      const abort = new AbortController();
      bench.hub.bytesPerSecond = 20_000_000;
      let clock = 0;
      const context = pullContext(bench.hub, bench.models, { now: () => (clock += 1000) });
      await assert.rejects(
        async () => {
          for await (const progress of pull(request, context, abort.signal)) {
            if (progress.doneBytes >= bytes) {
              abort.abort();
            }
          }
        },
        { code: "aborted" },
      );
      bench.hub.bytesPerSecond = undefined;
    },
  } as PullBench;
  beforeEach(async () => {
    bench.models = path.join(folder(), "models");
    bench.hub = await HubServer.start({ tokens: ["good"] });
    const files = { "README.md": "# Tiny", "config.json": "{}", [primaryFile]: content };
    bench.commit = bench.hub.addRepo({ id, files: { ...files, "big-F16.gguf": "GGUF…" } });
  });
  afterEach(() => bench.hub.close());
  return bench;
}
