// @ts-check
/**
 * Measures the larger demo chat model: three GGUF files through node-llama-cpp, the ONNX files through transformers.js,
 * and for comparison the small demo chat model.
 *
 *   node scripts/demo-models/chat-large/check.mjs [--files f16,q8_0,q4_0,onnx,small] [--sets ask,system,judge,long]
 *                                                 [--folder with the files] [--questions folder] [--limit 100]
 *                                                 [--failures 20] [--save scores.json]
 *
 * Without --folder it reads the committed snapshots, without --questions the held-out sets. --save keeps what an earlier
 * run saved of other files.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { askAll, failurePrinter, percent, readQuestions, snapshot } from "../shared/questions.mjs";
import { openGguf } from "./gguf-engine.mjs";
import { openOnnx } from "./onnx-engine.mjs";

const { values: options } = parseArgs({
  options: {
    files: { type: "string", default: "f16,q8_0,q4_0,onnx,small" },
    sets: { type: "string", default: "ask,system,judge,long" },
    folder: { type: "string" },
    questions: { type: "string" },
    limit: { type: "string", default: "100000" },
    failures: { type: "string", default: "0" },
    save: { type: "string" },
  },
});
const onWrong = failurePrinter(Number(options.failures));

/** @typedef {import("../shared/questions.mjs").Question} Question */
/** @typedef {Awaited<ReturnType<typeof openGguf>> | Awaited<ReturnType<typeof openOnnx>>} Engine */

/** @param {string} file one of --files */
function pathOf(file) {
  if (file === "small") return path.join(snapshot("demo-chat-gguf"), "demo-chat-q8_0.gguf");
  if (file === "onnx")
    return options.folder ? path.join(options.folder, "onnx") : snapshot("demo-chat-plus-onnx");
  const folder = options.folder ? path.join(options.folder, "gguf") : snapshot("demo-chat-plus-gguf");
  return path.join(folder, `demo-chat-plus-${file}.gguf`);
}

/** @param {string} name */
function questionsOf(name) {
  const file = options.questions
    ? path.join(options.questions, `${name}.jsonl`)
    : path.join(import.meta.dirname, `heldout-${name}.jsonl`);
  return readQuestions(file, Number(options.limit));
}

/**
 * Average ranks, so that equal numbers share one.
 * @param {number[]} values
 */
function ranks(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2);
}

/**
 * @param {number[]} one
 * @param {number[]} other
 */
function spearman(one, other) {
  const [a, b] = [ranks(one), ranks(other)];
  const mean = (one.length - 1) / 2;
  /** @param {number[]} x @param {number[]} y */
  const covariance = (x, y) => x.reduce((sum, value, i) => sum + (value - mean) * ((y[i] ?? 0) - mean), 0);
  return Math.round((covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b))) * 1000) / 1000;
}

/**
 * @param {Engine} engine
 * @param {Question[]} questions
 */
async function judgeAll(engine, questions) {
  const wanted = questions.map(({ expect }) => expect.score ?? 0);
  /** @type {number[]} */
  const given = [];
  for (const question of questions) {
    const text = await engine.answer(question.messages, true);
    const score = Number(/"score": ?([1-5])/.exec(text)?.[1] ?? 0);
    given.push(score);
    if (score !== question.expect.score) onWrong(question, text);
  }
  const within = (/** @type {number} */ distance) =>
    percent(
      given.filter((score, i) => score > 0 && Math.abs(score - (wanted[i] ?? 0)) <= distance).length /
        given.length,
    );
  const names = [...new Set(questions.map(({ topic }) => topic))].sort();
  const exactBy = names.map((name) => {
    const own = questions.flatMap(({ topic }, i) => (topic === name ? [given[i] === wanted[i]] : []));
    return [name, percent(own.filter(Boolean).length / own.length)];
  });
  return {
    of: questions.length,
    exact: within(0),
    withinOne: within(1),
    spearman: spearman(given, wanted),
    exactBy: Object.fromEntries(exactBy),
  };
}

/** @param {Engine} engine */
async function measure(engine) {
  /** @type {Record<string, object>} */
  const result = {};
  for (const name of options.sets.split(",")) {
    const questions = questionsOf(name);
    if (name === "judge") {
      result[engine.holdsSchemas ? "judge" : "judge, no schema"] = await judgeAll(engine, questions);
    } else result[name] = await askAll(engine.answer, questions, onWrong);
  }
  return result;
}

/** @param {string} file */
function digest(file) {
  const target = file === "onnx" ? path.join(pathOf(file), "onnx/model_quantized.onnx") : pathOf(file);
  return createHash("sha256").update(readFileSync(target)).digest("hex");
}

/** @type {{ heldOut: boolean, files: Record<string, object> }} */
const scores = { heldOut: !options.questions, files: {} };
if (options.save && existsSync(options.save)) {
  const before = JSON.parse(readFileSync(options.save, "utf8"));
  if (before.heldOut === scores.heldOut) scores.files = before.files;
}
for (const file of options.files.split(",")) {
  const engine = file === "onnx" ? await openOnnx(pathOf(file)) : await openGguf(pathOf(file));
  const started = performance.now();
  const result = await measure(engine);
  await engine.close();
  console.log(`\n${file}, ${Math.round((performance.now() - started) / 1000)} s`);
  for (const [name, score] of Object.entries(result)) console.log(`  ${name}: ${JSON.stringify(score)}`);
  scores.files[file] = { sha256: digest(file), ...result };
  if (options.save) writeFileSync(options.save, JSON.stringify(scores, null, 2) + "\n");
}
