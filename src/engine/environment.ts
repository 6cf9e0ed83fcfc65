import os from "node:os";
import type { EngineName } from "../protocol/engine";

/** An engine has no business with these: secrets of the hub, and what would change how Node starts. */
const withheld = /^(?:HF_|HUGGING_?FACE|HUGGINGFACEHUB|NODE_OPTIONS$|VSCODE_|ELECTRON_)/;

/** Environment of an engine process. */
export function engineEnvironment(
  engine: EngineName,
  parent: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const kept = Object.entries(parent).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !withheld.test(entry[0]),
  );
  return {
    ...Object.fromEntries(kept),
    // VS Code's own executable is Electron; this makes it behave as Node.
    ELECTRON_RUN_AS_NODE: "1",
    // Each decode step runs on libuv's pool, and ggml starts its threads anew from whichever pool thread
    // it lands on; with one thread it keeps them. ONNX needs the pool for decoding pictures.
    UV_THREADPOOL_SIZE: String(engine === "llama" ? 1 : Math.max(4, os.availableParallelism())),
    GLIBC_TUNABLES: withHugePages(parent["GLIBC_TUNABLES"]),
  };
}

/**
 * Linux keeps large blocks of memory in pages of 2 MB where it is asked to: weights are read from end to end
 * for each token, a few per cent faster so. Other systems do not know the variable.
 */
function withHugePages(tunables = ""): string {
  const isDecided = tunables.includes("glibc.malloc.hugetlb=");
  return isDecided ? tunables : [tunables, "glibc.malloc.hugetlb=1"].filter(Boolean).join(":");
}
