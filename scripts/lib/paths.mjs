// @ts-check
import { fileURLToPath } from "node:url";
import path from "node:path";

/** The repository's root: everything the scripts make lies below it, in ignored folders. */
export const repoRoot = fileURLToPath(new URL("../../", import.meta.url)).replace(/[\\/]$/, "");

/** Downloads, demo workspace and server data of `npm start` and the tests. Ignored by git. */
export const cacheDir = path.join(repoRoot, ".vscode-test");
