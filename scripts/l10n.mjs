// @ts-check
// Collects every sentence a person may read into l10n/bundle.l10n.json, from which translations are made.
// --check fails when the file is not up to date.
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import ts from "typescript";
import { repoRoot } from "./lib/paths.mjs";

const bundle = path.join(repoRoot, "l10n", "bundle.l10n.json");

/** Which argument of a call or constructor is a sentence. @type {Record<string, number>} */
const sentenceArgument = { t: 0, AppError: 1 };

const sentences = new Set();
for (const folder of ["src", "webview-ui"]) {
  for (const entry of await readdir(path.join(repoRoot, folder), { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && /\.tsx?$/.test(entry.name)) {
      const file = path.join(entry.parentPath, entry.name);
      collect(ts.createSourceFile(file, await readFile(file, "utf8"), ts.ScriptTarget.Latest));
    }
  }
}

const sorted = [...sentences].sort();
const text = `${JSON.stringify(Object.fromEntries(sorted.map((sentence) => [sentence, sentence])), null, 2)}\n`;
if (process.argv.includes("--check")) {
  if ((await readFile(bundle, "utf8")) !== text) {
    console.error("l10n/bundle.l10n.json is not up to date: run npm run l10n.");
    process.exitCode = 1;
  }
} else {
  await writeFile(bundle, text);
  console.log(`${sorted.length} sentences`);
}

/** @param {import("typescript").Node} node */
function collect(node) {
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
    const callee = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
    const index = ts.isIdentifier(callee) ? sentenceArgument[callee.text] : undefined;
    const argument = index === undefined ? undefined : node.arguments?.[index];
    if (argument) collectStrings(argument);
  }
  ts.forEachChild(node, collect);
}

/** A sentence may be chosen by a condition. @param {import("typescript").Node} node */
function collectStrings(node) {
  if (ts.isStringLiteralLike(node)) {
    sentences.add(node.text);
  } else if (ts.isConditionalExpression(node)) {
    collectStrings(node.whenTrue);
    collectStrings(node.whenFalse);
  }
}
