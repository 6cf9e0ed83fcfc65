// @ts-check
/**
 * Measures the demo captioner through transformers.js: how many captions are fully right, word for word?
 *
 *   node scripts/demo-models/captioner/check.mjs [--model folder] [--set heldout.jsonl] [--sheet heldout.webp]
 *                                                [--failures 20] [--save scores.json]
 *
 * Without --model it reads the committed snapshot. --set has a caption and a place on the sheet for each picture;
 * by default they are the held-out ones.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { RawImage, env, pipeline } from "@huggingface/transformers";

const here = import.meta.dirname;
const repository = path.join(
  here,
  "../../../demo-workspace/models/hub/models--local-models--demo-captioner-onnx",
);

const { values: options } = parseArgs({
  options: {
    model: { type: "string" },
    set: { type: "string", default: path.join(here, "heldout.jsonl") },
    sheet: { type: "string", default: path.join(here, "../image-text/heldout.webp") },
    failures: { type: "string", default: "0" },
    save: { type: "string" },
  },
});

/**
 * @typedef {{ caption: string, layout: "one" | "many" | "pair", unknown: boolean,
 *             box: [number, number, number, number] }} Line
 */

function committedSnapshot() {
  const commit = readFileSync(path.join(repository, "refs/main"), "utf8").trim();
  return path.join(repository, "snapshots", commit);
}

/**
 * @param {RawImage} sheet
 * @param {Line["box"]} box
 */
function cut(sheet, [left, top, width, height]) {
  const row = width * 3;
  const data = new Uint8ClampedArray(row * height);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * sheet.width + left) * 3;
    data.set(sheet.data.subarray(start, start + row), y * row);
  }
  return new RawImage(data, width, height, 3);
}

/** @param {string} folder */
async function loadCaptioner(folder) {
  env.allowRemoteModels = false;
  env.useFSCache = false;
  env.localModelPath = "";
  const captioner = await pipeline("image-to-text", folder, {
    dtype: "q8",
    session_options: { intraOpNumThreads: 1 },
  });
  /** @param {RawImage} image */
  return async (image) => {
    const [first] = /** @type {{ generated_text: string }[]} */ (await captioner(image));
    return first?.generated_text ?? "";
  };
}

/**
 * @param {boolean[]} right
 * @param {(line: Line) => boolean} isMeant
 */
function measure(right, isMeant) {
  const meant = right.filter((_, index) => isMeant(/** @type {Line} */ (lines[index])));
  const share = meant.filter(Boolean).length / Math.max(1, meant.length);
  return { of: meant.length, right: Math.round(share * 1000) / 10 };
}

const folder = path.resolve(options.model ?? committedSnapshot());
const caption = await loadCaptioner(folder);
const lines = readFileSync(options.set, "utf8")
  .trim()
  .split("\n")
  .map((line) => /** @type {Line} */ (JSON.parse(line)));
const sheet = (await RawImage.read(options.sheet)).rgb();

let failuresLeft = Number(options.failures);
/** @type {boolean[]} */
const right = [];
const started = performance.now();
for (const line of lines) {
  const said = await caption(cut(sheet, line.box));
  right.push(said === line.caption);
  if (said !== line.caption && failuresLeft-- > 0)
    console.log(`  wanted: ${line.caption}\n    said: ${said}`);
}
const each = (performance.now() - started) / lines.length;

const scores = {
  all: measure(right, () => true),
  one: measure(right, ({ layout }) => layout === "one"),
  many: measure(right, ({ layout }) => layout === "many"),
  pair: measure(right, ({ layout }) => layout === "pair"),
  unknown: measure(right, ({ unknown }) => unknown),
};
for (const [about, { of, right: share }] of Object.entries(scores)) {
  console.log(`${about}: ${share} % of ${of} captions fully right`);
}
console.log(`${each.toFixed(1)} ms for a caption`);

if (options.save) {
  const digest = createHash("sha256");
  for (const name of ["encoder_model", "decoder_model_merged"]) {
    digest.update(readFileSync(path.join(folder, `onnx/${name}_quantized.onnx`)));
  }
  writeFileSync(
    options.save,
    JSON.stringify({ files_sha256: digest.digest("hex"), ...scores }, null, 2) + "\n",
  );
}
