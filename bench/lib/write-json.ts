import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** `files` are contents by name without `.json`, subfolders included. */
export function writeJson(folder: string, files: Record<string, unknown>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, `${name}.json`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(content));
  }
}
