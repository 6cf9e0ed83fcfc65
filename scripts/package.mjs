// @ts-check
// Makes the VSIX of this platform: `local-models-<platform>-<arch>-<version>.vsix`.
import { execFileSync } from "node:child_process";
import { readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { createVSIX } from "@vscode/vsce";
import { repoRoot } from "./lib/paths.mjs";
import { copyRuntimeModules } from "./lib/runtime-modules.mjs";

const largestVsixBytes = 60e6;

const dist = path.join(repoRoot, "dist");
const { name, version } = JSON.parse(await readFile(path.join(repoRoot, "package.json"), "utf8"));
const target = `${process.platform}-${process.arch}`;
const packagePath = path.join(repoRoot, `${name}-${target}-${version}.vsix`);

execFileSync(process.execPath, [path.join(repoRoot, "esbuild.mjs"), "--production"], {
  stdio: "inherit",
});
// Below dist, because the packager leaves out the root's node_modules as a whole.
const modules = path.join(dist, "node_modules");
await copyRuntimeModules(modules);
try {
  await createVSIX({
    cwd: repoRoot,
    target,
    packagePath,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
} finally {
  await rm(modules, { recursive: true, force: true });
}

const { size } = await stat(packagePath);
console.log(`${path.basename(packagePath)}: ${(size / 1e6).toFixed(1)} MB`);
if (size > largestVsixBytes) {
  throw new Error(`The VSIX is larger than ${largestVsixBytes / 1e6} MB.`);
}
