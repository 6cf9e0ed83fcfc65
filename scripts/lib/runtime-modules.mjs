// @ts-check
import { cp, mkdir, readdir, stat } from "node:fs/promises";
import path from "node:path";
import * as esbuild from "esbuild";
import { repoRoot } from "./paths.mjs";

/** Libraries that the engine bundle imports at run time instead of containing them. */
const entryPackages = ["node-llama-cpp", "@huggingface/transformers"];

/** Natives that only one platform needs, found by their folders rather than by imports. */
const target = { platform: process.platform, arch: process.arch };

/**
 * Copies into `folder` what the engine process loads and nothing else: JavaScript files are found by
 * following imports, native files by this machine's platform.
 * @param {string} folder
 */
export async function copyRuntimeModules(folder) {
  const modules = path.join(repoRoot, "node_modules");
  for (const file of await importedFiles()) {
    await copyFile(modules, folder, path.relative(modules, file));
  }
  for (const file of await nativeFiles(modules)) {
    await copyFile(modules, folder, file);
  }
}

/** Every file reachable by import or require from the entry packages, and their package.json files. */
async function importedFiles() {
  const result = await esbuild.build({
    absWorkingDir: repoRoot,
    stdin: {
      contents: entryPackages.map((name) => `import ${JSON.stringify(name)};`).join("\n"),
      resolveDir: repoRoot,
    },
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    outdir: "out",
    logLevel: "error",
    // Unused exports would otherwise drop files that a plain import still loads.
    treeShaking: false,
    ignoreAnnotations: true,
    loader: { ".node": "empty" },
    external: ["*.node", "@img/*", "@node-llama-cpp/*", "onnxruntime-web"],
  });
  const files = Object.keys(result.metafile.inputs)
    .filter((file) => file.startsWith("node_modules/"))
    .map((file) => path.join(repoRoot, file));
  const manifests = new Set(files.flatMap((file) => packageManifests(file)));
  return [...files, ...manifests];
}

/**
 * The package.json files above a module up to its package's own: they say how Node reads it.
 * @param {string} file
 */
function packageManifests(file) {
  /** @type {string[]} */
  const found = [];
  for (
    let folder = path.dirname(file);
    path.basename(folder) !== "node_modules";
    folder = path.dirname(folder)
  ) {
    found.push(path.join(folder, "package.json"));
  }
  return found;
}

/**
 * Paths below node_modules that no import names.
 * @param {string} modules
 */
async function nativeFiles(modules) {
  const { platform, arch } = target;
  const llamaName = { linux: "linux", darwin: "mac", win32: "win" }[/** @type {"linux"} */ (platform)];
  const llamaArch = platform === "darwin" && arch === "arm64" ? "arm64-metal" : arch;
  return [
    // The library reads files beside its code by path, and forks some of it.
    ...(await filesBelow(modules, "node-llama-cpp/dist", (file) => file.endsWith(".js"))),
    ...(await filesBelow(modules, "node-llama-cpp/llama/grammars")),
    ...["binariesGithubRelease.json", "llama.cpp.info.json", "package.json"].map(
      (name) => `node-llama-cpp/llama/${name}`,
    ),
    ...(await filesBelow(
      modules,
      `@node-llama-cpp/${llamaName}-${llamaArch}`,
      (file) => !/\.d\.ts$|\.md$/.test(file),
    )),
    ...(await filesBelow(modules, `onnxruntime-node/bin/napi-v6/${platform}/${arch}`)),
    ...(await filesBelow(modules, `@img/sharp-${platform}-${arch}`)),
    ...(await filesBelow(modules, `@img/sharp-libvips-${platform}-${arch}`, (file) => !/\.h$/.test(file))),
    // In Electron on Linux sharp's native library is not safe; see sharp-build.ts.
    ...(platform === "linux" ? await wasmSharpFiles(modules) : []),
  ];
}

/** @param {string} modules */
async function wasmSharpFiles(modules) {
  const isCode = (/** @type {string} */ file) => /\.(?:c?js|json|wasm)$/.test(file);
  return [
    ...(await filesBelow(modules, "@img/sharp-wasm32", isCode)),
    ...["package.json", "index.js", "dist/emnapi.cjs.js", "dist/emnapi.cjs.min.js"].map(
      (name) => `@emnapi/runtime/${name}`,
    ),
    ...["package.json", "tslib.js"].map((name) => `tslib/${name}`),
  ];
}

/**
 * @param {string} modules
 * @param {string} folder
 * @param {(file: string) => boolean} [keep]
 */
async function filesBelow(modules, folder, keep = () => true) {
  const absolute = path.join(modules, folder);
  const isThere = await stat(absolute).then(
    () => true,
    () => false,
  );
  // Windows has no separate libvips package.
  if (!isThere && folder.includes("libvips")) {
    return [];
  }
  const entries = await readdir(absolute, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(modules, path.join(entry.parentPath, entry.name)))
    .filter(keep);
}

/**
 * @param {string} from
 * @param {string} to
 * @param {string} file
 */
async function copyFile(from, to, file) {
  const source = path.join(from, file);
  const isThere = await stat(source).then(
    () => true,
    () => false,
  );
  // Not every folder of a package has a package.json of its own.
  if (!isThere && path.basename(file) === "package.json") {
    return;
  }
  await mkdir(path.dirname(path.join(to, file)), { recursive: true });
  await cp(source, path.join(to, file), { dereference: true });
}
