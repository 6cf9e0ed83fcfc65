// @ts-check
/**
 * Measures the demo sentence model through transformers.js: of each pair, is the second text the nearest of all?
 *
 *   node scripts/demo-models/sentence/check.mjs [--model folder] [--failures 20] [--save scores.json]
 *                                               [--set pairs.jsonl]
 *
 * Without --model it reads the committed snapshot; without --set it measures heldout.jsonl and free.jsonl.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { AutoModel, AutoTokenizer, env } from "@huggingface/transformers";

const here = import.meta.dirname;
const repository = path.join(
  here,
  "../../../demo-workspace/models/hub/models--local-models--demo-sentence-onnx",
);
const batchSize = 8;

const { values: options } = parseArgs({
  options: {
    model: { type: "string" },
    set: { type: "string" },
    failures: { type: "string", default: "0" },
    save: { type: "string" },
  },
});

/** @typedef {{ a: string, b: string }} Pair */

function committedSnapshot() {
  const commit = readFileSync(path.join(repository, "refs/main"), "utf8").trim();
  return path.join(repository, "snapshots", commit);
}

/** @param {string} folder */
async function loadEmbedder(folder) {
  env.allowRemoteModels = false;
  env.useFSCache = false;
  env.localModelPath = "";
  const tokenizer = await AutoTokenizer.from_pretrained(folder);
  const model = await AutoModel.from_pretrained(folder, {
    dtype: "q8",
    session_options: { intraOpNumThreads: 1 },
  });
  /**
   * Mean pooling over the tokens that are there, unit length.
   * @param {string[]} texts
   */
  return async (texts) => {
    const vectors = [];
    for (let start = 0; start < texts.length; start += batchSize) {
      const inputs = tokenizer(texts.slice(start, start + batchSize), { padding: true });
      const { last_hidden_state: hidden } = await model(inputs);
      const [batch, tokens, dimensions] = hidden.dims;
      for (let item = 0; item < batch; item++) {
        const vector = new Float32Array(dimensions);
        for (let token = 0; token < tokens; token++) {
          if (inputs.attention_mask.data[item * tokens + token] === 0n) continue;
          const offset = (item * tokens + token) * dimensions;
          for (let d = 0; d < dimensions; d++) vector[d] = (vector[d] ?? 0) + hidden.data[offset + d];
        }
        const length = Math.hypot(...vector);
        vectors.push(vector.map((value) => value / length));
      }
    }
    return vectors;
  };
}

/** @param {string} file @returns {Pair[]} */
function readPairs(file) {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => /** @type {Pair} */ (JSON.parse(line)));
}

/**
 * @param {(texts: string[]) => Promise<Float32Array[]>} embed
 * @param {string} file
 */
async function score(embed, file) {
  const pairs = readPairs(file);
  const first = await embed(pairs.map(({ a }) => a));
  const second = await embed(pairs.map(({ b }) => b));
  let right = 0;
  let amongFive = 0;
  let shown = 0;
  for (const [index, vector] of first.entries()) {
    const similarities = second.map((other) =>
      other.reduce((sum, value, d) => sum + value * (vector[d] ?? 0), 0),
    );
    const order = [...similarities.keys()].sort((x, y) => (similarities[y] ?? 0) - (similarities[x] ?? 0));
    const found = order[0] ?? -1;
    right += found === index ? 1 : 0;
    amongFive += order.slice(0, 5).includes(index) ? 1 : 0;
    if (found !== index && shown++ < Number(options.failures)) {
      console.log(`  ${pairs[index]?.a}\n    wanted ${pairs[index]?.b}\n    found  ${pairs[found]?.b}`);
    }
  }
  const percent = (/** @type {number} */ count) => Math.round((count / pairs.length) * 1000) / 10;
  console.log(
    `${path.basename(file)}: ${right} of ${pairs.length} found first, ${percent(right)} %; among five ${percent(amongFive)} %`,
  );
  return { of: pairs.length, right, top1: percent(right), top5: percent(amongFive) };
}

const folder = path.resolve(options.model ?? committedSnapshot());
const embed = await loadEmbedder(folder);
if (options.set) {
  await score(embed, options.set);
} else {
  const heldout = await score(embed, path.join(here, "heldout.jsonl"));
  const free = await score(embed, path.join(here, "free.jsonl"));
  if (options.save) {
    const weights = readFileSync(path.join(folder, "onnx/model_quantized.onnx"));
    const sha256 = createHash("sha256").update(weights).digest("hex");
    writeFileSync(options.save, JSON.stringify({ file_sha256: sha256, heldout, free }, null, 2) + "\n");
  }
}
