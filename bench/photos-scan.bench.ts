/**
 * Time of looking again at pictures that did not change, through the product (scanner, store and the way
 * between them included), over a walk with nothing but `readdirSync` and `statSync`; alternating, medians.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { silentLogger } from "../src/common/logger";
import { runScan } from "../src/photos/scan/run-scan";
import type { ScanResult } from "../src/protocol/photo-scanner";
import { Store } from "../src/store/store-client";
import { figurePrinter, median } from "./lib/figures";
import { root } from "./lib/product";

const { values } = parseArgs({
  options: {
    files: { type: "string", default: "100000" },
    rounds: { type: "string", default: "9" },
  },
});
const files = Number(values.files);
const filesPerFolder = 250;
const print = figurePrinter("photos-scan");

async function main(): Promise<void> {
  const pictures = writeTree(path.join(root, ".cache", `bench-tree-${files}`));
  const folder = await mkdtemp(path.join(os.tmpdir(), "local-models-bench-"));
  const store = new Store({
    workerPath: path.join(root, "dist/store-worker.js"),
    wasmPath: path.join(root, "dist/sql-wasm.wasm"),
    kernelPath: path.join(root, "dist/vector-kernel.wasm"),
    directory: folder,
    logger: silentLogger,
  });
  try {
    let startedAt = performance.now();
    await scan(store, pictures, { changed: files });
    print("first_scan_files_per_second", (files * 1000) / (performance.now() - startedAt));
    const rounds: { own: number; bare: number }[] = [];
    for (let round = 0; round <= Number(values.rounds); round++) {
      startedAt = performance.now();
      await scan(store, pictures, { changed: 0 });
      const own = performance.now() - startedAt;
      startedAt = performance.now();
      if (walk(pictures) !== files) {
        throw new Error("The bare walk missed files.");
      }
      const bare = performance.now() - startedAt;
      // The first round warms both up.
      if (round > 0) {
        rounds.push({ own, bare });
      }
    }
    print("scan_over_stat", median(rounds.map(({ own, bare }) => own / bare)));
    print("scan_ms", median(rounds.map(({ own }) => own)));
    print("bare_ms", median(rounds.map(({ bare }) => bare)));
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function scan(store: Store, pictures: string, expected: { changed: number }): Promise<ScanResult> {
  const result = await runScan(
    { roots: [{ folder: pictures, excluded: ["**/.git", "**/node_modules"] }] },
    {
      workerPath: path.join(root, "dist/photo-scanner.js"),
      store,
      signal: new AbortController().signal,
      onProgress: () => {},
    },
  );
  if (result.found !== files || result.changed !== expected.changed) {
    throw new Error(`Found ${result.found}, changed ${result.changed}.`);
  }
  return result;
}

/** Folders, files and their times, without an opinion on any of them. */
function walk(folder: string): number {
  let count = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = folder + path.sep + entry.name;
    if (entry.isDirectory()) {
      count += walk(file);
    } else if (entry.name.endsWith(".jpg")) {
      count += statSync(file).mtimeMs > 0 ? 1 : 0;
    }
  }
  return count;
}

/** Small files with the names of pictures, in folders as cameras make them; written once. */
function writeTree(folder: string): string {
  if (!existsSync(folder)) {
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    for (let number = 0; number < files; number++) {
      const album = Math.floor(number / filesPerFolder);
      const inner = path.join(partial, `year-${Math.floor(album / 40)}`, `album-${album}`);
      if (number % filesPerFolder === 0) {
        mkdirSync(inner, { recursive: true });
      }
      writeFileSync(path.join(inner, `IMG_${String(number).padStart(6, "0")}.jpg`), String(number));
    }
    writeFileSync(path.join(partial, ".gitignore"), "out/\n*.tmp\n");
    renameSync(partial, folder);
  }
  return folder;
}

void main();
