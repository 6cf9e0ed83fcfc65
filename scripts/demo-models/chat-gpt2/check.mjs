// @ts-check
/**
 * Measures the demo chat model with GPT-2 layout through transformers.js, in the plain turn format, with greedy search.
 *
 *   node scripts/demo-models/chat-gpt2/check.mjs [--model folder] [--questions file] [--limit 100] [--failures 20]
 *                                                [--save scores.json]
 *
 * Without options it reads the committed snapshot and the held-out questions.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { AutoModelForCausalLM, AutoTokenizer, env } from "@huggingface/transformers";
import { askAll, failurePrinter, readQuestions, snapshot } from "../shared/questions.mjs";

const maxTokens = 300;
const stopTexts = ["\nUser:", "\nAssistant:"];

const { values: options } = parseArgs({
  options: {
    model: { type: "string" },
    questions: { type: "string", default: path.join(import.meta.dirname, "heldout.jsonl") },
    limit: { type: "string", default: "100000" },
    failures: { type: "string", default: "0" },
    save: { type: "string" },
  },
});

env.allowRemoteModels = false;
env.useFSCache = false;
const folder = options.model ?? snapshot("demo-chat-gpt2-onnx");
const tokenizer = await AutoTokenizer.from_pretrained(folder);
const model = await AutoModelForCausalLM.from_pretrained(folder, {
  dtype: "q8",
  session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
});

/** @param {import("../shared/questions.mjs").Message[]} messages */
function plainTurns(messages) {
  const lines = messages.map(({ role, content }) => {
    if (role === "system") return `${content}\n\n`;
    return role === "user" ? `User: ${content}\n` : `Assistant: ${content}\n`;
  });
  return `${lines.join("")}Assistant:`;
}

/** @param {import("../shared/questions.mjs").Message[]} messages */
async function answer(messages) {
  const inputs = /** @type {any} */ (tokenizer(plainTurns(messages)));
  const output = /** @type {import("@huggingface/transformers").Tensor} */ (
    await model.generate({ ...inputs, max_new_tokens: maxTokens, do_sample: false })
  );
  const fresh = output.slice(null, [inputs.input_ids.dims[1], null]);
  let text = tokenizer.batch_decode(fresh, { skip_special_tokens: true })[0] ?? "";
  for (const stop of stopTexts) text = text.split(stop)[0] ?? "";
  return text.trim();
}

const questions = readQuestions(options.questions, Number(options.limit));
const result = await askAll(answer, questions, failurePrinter(Number(options.failures)));
await model.dispose();
console.log(JSON.stringify(result));
if (options.save) {
  const sha256 = createHash("sha256")
    .update(readFileSync(path.join(folder, "onnx/model_quantized.onnx")))
    .digest("hex");
  writeFileSync(options.save, JSON.stringify({ file_sha256: sha256, ...result }, null, 2) + "\n");
}
