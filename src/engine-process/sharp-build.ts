import * as nodeModule from "node:module";

type Resolve = (specifier: string, context: object, next: NextResolve) => unknown;
type NextResolve = (specifier: string, context: object) => unknown;

const wasmBuild = "@img/sharp-wasm32/sharp.node";
const linuxBuild = /^@img\/sharp-linux(?:musl)?-/;
let isChosen = false;

/**
 * Makes sharp load its WebAssembly build in Electron on Linux: the glib inside its native library clashes with
 * the one that Electron is linked with (https://sharp.pixelplumbing.com/install#electron-and-linux). Must run
 * before anything imports sharp, which takes the WebAssembly build where there is no native one.
 */
export function chooseSharpBuild(): void {
  if (isChosen || process.platform !== "linux" || process.versions["electron"] === undefined) {
    return;
  }
  isChosen = true;
  // Since Node 22.15, which every Electron of the VS Code versions that we support has.
  const { registerHooks } = nodeModule as { registerHooks?: (hooks: { resolve: Resolve }) => void };
  if (!registerHooks || !isInstalled(wasmBuild)) {
    console.warn("Pictures are decoded by sharp's native library, which is not safe in Electron on Linux.");
    return;
  }
  registerHooks({
    resolve(specifier, context, next) {
      if (linuxBuild.test(specifier)) {
        throw Object.assign(new Error(`Withheld in Electron: ${specifier}`), { code: "MODULE_NOT_FOUND" });
      }
      return next(specifier, context);
    },
  });
}

function isInstalled(specifier: string): boolean {
  try {
    nodeModule.createRequire(import.meta.url).resolve(specifier);
    return true;
  } catch {
    return false;
  }
}
