// @ts-check
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import wabt from "wabt";

/**
 * Assembles a WebAssembly text file.
 * @param {string} source
 * @param {string} target
 */
export async function assemble(source, target) {
  const { parseWat } = await wabt();
  const module = parseWat(path.basename(source), await readFile(source, "utf8"), { simd: true });
  try {
    module.validate();
    await writeFile(target, module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}
