// @ts-check
import { copyFile, mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { assemble } from "./scripts/lib/wat.mjs";

const root = path.dirname(fileURLToPath(import.meta.url));
const flags = new Set(process.argv.slice(2));
const production = flags.has("--production");
const watch = flags.has("--watch");

/** @type {esbuild.BuildOptions} */
const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: production,
  sourcemap: production ? false : "linked",
  logLevel: "warning",
  legalComments: "none",
};

/** @type {esbuild.BuildOptions} */
const node = { ...shared, platform: "node", target: "node20" };

/** @type {esbuild.BuildOptions[]} */
const bundles = [
  {
    ...node,
    entryPoints: { extension: "src/extension.ts" },
    outdir: "dist",
    format: "cjs",
    external: ["vscode"],
  },
  {
    // ESM, because node-llama-cpp is; its native parts must keep their folders, so it stays outside.
    ...node,
    entryPoints: { engine: "src/engine-process/main.ts" },
    outdir: "dist",
    outExtension: { ".js": ".mjs" },
    format: "esm",
    splitting: true,
    chunkNames: "engine-[name]-[hash]",
    external: ["node-llama-cpp", "@huggingface/transformers", "onnxruntime-node", "sharp"],
  },
  {
    ...node,
    entryPoints: {
      "store-worker": "src/store/worker/main.ts",
      "photo-scanner": "src/photos/scan/worker.ts",
      "picture-mentions": "src/photos/search/mentions/worker.ts",
      "check-worker": "src/evaluation/checks/worker.ts",
    },
    outdir: "dist",
    format: "cjs",
  },
  {
    ...shared,
    entryPoints: {
      chat: "webview-ui/chat/main.tsx",
      photos: "webview-ui/photos/main.tsx",
      evaluation: "webview-ui/evaluation/main.tsx",
    },
    outdir: "dist/webview",
    platform: "browser",
    format: "iife",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".ttf": "file" },
    assetNames: "[name]",
    define: { "process.env.NODE_ENV": JSON.stringify(production ? "production" : "development") },
  },
];

/** Suites that run inside VS Code are bundles of their own; the list is the folder. */
async function testBundles() {
  /** @type {esbuild.BuildOptions[]} */
  const found = [];
  for (const suite of ["host", "vsix"]) {
    const folder = path.join(root, "test", suite);
    const names = await readdir(folder).catch(() => []);
    const entryPoints = names.filter((name) => name.endsWith(".ts")).map((name) => path.join(folder, name));
    if (entryPoints.length > 0) {
      found.push({
        ...node,
        entryPoints,
        outdir: `out/test/${suite}`,
        format: "cjs",
        external: ["vscode", "mocha", "playwright-core"],
      });
    }
  }
  return found;
}

async function main() {
  if (production) {
    // Otherwise what runs from an earlier build would lose its files.
    await rm(path.join(root, "dist"), { recursive: true, force: true });
  }
  await mkdir(path.join(root, "dist"), { recursive: true });
  await copyFile(
    path.join(root, "node_modules/sql.js/dist/sql-wasm.wasm"),
    path.join(root, "dist/sql-wasm.wasm"),
  );
  await assemble(
    path.join(root, "src/store/worker/vectors/kernel.wat"),
    path.join(root, "dist/vector-kernel.wasm"),
  );
  const all = [...bundles, ...(flags.has("--tests") ? await testBundles() : [])];
  if (watch) {
    await Promise.all(
      all.map(async (options) => (await esbuild.context({ ...options, logLevel: "info" })).watch()),
    );
  } else {
    // A bundle with an error must not keep the others from being built.
    const results = await Promise.allSettled(all.map((options) => esbuild.build(options)));
    process.exitCode = results.some(({ status }) => status === "rejected") ? 1 : 0;
  }
}

await main();
