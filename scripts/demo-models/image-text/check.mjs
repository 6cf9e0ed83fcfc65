// @ts-check
/**
 * Measures the demo image-text model through transformers.js: does a caption find its picture among 500, and do
 * keywords find fitting pictures first?
 *
 *   node scripts/demo-models/image-text/check.mjs [--model folder] [--set folder] [--failures 20]
 *                                                 [--save scores.json]
 *
 * Without --model it reads the committed snapshot; --set is a folder with heldout.webp, heldout.jsonl and
 * queries.jsonl, by default this one.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import {
  AutoProcessor,
  AutoTokenizer,
  CLIPTextModelWithProjection,
  CLIPVisionModelWithProjection,
  RawImage,
  env,
} from "@huggingface/transformers";

const here = import.meta.dirname;
const repository = path.join(
  here,
  "../../../demo-workspace/models/hub/models--local-models--demo-image-text-onnx",
);
const batchSize = 16;
const firstPictures = 3;

const { values: options } = parseArgs({
  options: {
    model: { type: "string" },
    set: { type: "string", default: here },
    failures: { type: "string", default: "0" },
    save: { type: "string" },
  },
});

/** @typedef {{ caption: string, box: [number, number, number, number], unknown: boolean }} SceneLine */
/** @typedef {{ query: string, about: string, fits: number[] }} QueryLine */

function committedSnapshot() {
  const commit = readFileSync(path.join(repository, "refs/main"), "utf8").trim();
  return path.join(repository, "snapshots", commit);
}

/**
 * @template T
 * @param {string} name
 */
function readLines(name) {
  const lines = readFileSync(path.join(options.set, name), "utf8").trim().split("\n");
  return lines.map((line) => /** @type {T} */ (JSON.parse(line)));
}

/**
 * Rows of unit length.
 * @param {{ dims: number[], data: Float32Array }} tensor
 */
function unitRows({ dims: [rows = 0, width = 0], data }) {
  return Array.from({ length: rows }, (_, row) => {
    const vector = data.slice(row * width, (row + 1) * width);
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  });
}

/**
 * @template T
 * @param {T[]} items
 * @param {(batch: T[]) => Promise<Float32Array[]>} embed
 */
async function inBatches(items, embed) {
  const vectors = [];
  for (let start = 0; start < items.length; start += batchSize) {
    vectors.push(...(await embed(items.slice(start, start + batchSize))));
  }
  return vectors;
}

/** @param {string} folder */
async function loadModel(folder) {
  env.allowRemoteModels = false;
  env.useFSCache = false;
  env.localModelPath = "";
  const pretrained = /** @type {const} */ ({ dtype: "q8", session_options: { intraOpNumThreads: 1 } });
  const tokenizer = await AutoTokenizer.from_pretrained(folder);
  const processor = await AutoProcessor.from_pretrained(folder);
  const text = await CLIPTextModelWithProjection.from_pretrained(folder, pretrained);
  const vision = await CLIPVisionModelWithProjection.from_pretrained(folder, pretrained);
  return {
    /** @param {string[]} texts */
    async texts(texts) {
      return inBatches(texts, async (batch) => {
        const { text_embeds: embeds } = await text(tokenizer(batch, { padding: true, truncation: true }));
        return unitRows(embeds);
      });
    },
    /** @param {RawImage[]} images */
    async images(images) {
      return inBatches(images, async (batch) => {
        const { image_embeds: embeds } = await vision(await processor(batch));
        return unitRows(embeds);
      });
    },
  };
}

/**
 * @param {RawImage} sheet
 * @param {SceneLine["box"]} box
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

/**
 * Indexes of the pictures, best first.
 * @param {Float32Array} text
 * @param {Float32Array[]} images
 */
function ranking(text, images) {
  const scores = images.map((image) => image.reduce((sum, value, d) => sum + value * (text[d] ?? 0), 0));
  return [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
}

/** @param {boolean[]} right */
function percent(right) {
  return right.length === 0 ? 0 : Math.round((right.filter(Boolean).length / right.length) * 1000) / 10;
}

let failuresLeft = Number(options.failures);
/** @param {string} text */
function showFailure(text) {
  if (failuresLeft-- > 0) console.log(`  ${text}`);
}

const folder = path.resolve(options.model ?? committedSnapshot());
const model = await loadModel(folder);
const scenes = /** @type {SceneLine[]} */ (readLines("heldout.jsonl"));
const queries = /** @type {QueryLine[]} */ (readLines("queries.jsonl"));
const sheet = (await RawImage.read(path.join(options.set, "heldout.webp"))).rgb();
const images = await model.images(scenes.map(({ box }) => cut(sheet, box)));

const captions = await model.texts(scenes.map(({ caption }) => caption));
const places = captions.map((vector, index) => ranking(vector, images).indexOf(index));
for (const [index, scene] of scenes.entries()) {
  if (places[index] !== 0) showFailure(`place ${(places[index] ?? 0) + 1}: ${scene.caption}`);
}
const isFirst = places.map((place) => place === 0);
const unknown = isFirst.filter((_, index) => scenes[index]?.unknown);
const caption = {
  of: scenes.length,
  top1: percent(isFirst),
  top5: percent(places.map((place) => place < 5)),
  unknown_of: unknown.length,
  unknown_top1: percent(unknown),
};
console.log(`captions: ${caption.of} scenes, top-1 ${caption.top1} %, top-5 ${caption.top5} %`);
if (unknown.length > 0) {
  console.log(`  ${unknown.length} with a kind in a colour never trained: top-1 ${caption.unknown_top1} %`);
}

const asked = await model.texts(queries.map(({ query }) => query));
const precisions = asked.map((vector, index) => {
  const found = ranking(vector, images).slice(0, firstPictures);
  const precision = found.filter((image) => queries[index]?.fits.includes(image)).length / firstPictures;
  if (precision < 0.5) showFailure(`precision ${precision.toFixed(2)}: ${queries[index]?.query ?? ""}`);
  return precision;
});
/** @param {(query: QueryLine) => boolean} isMeant */
function meanPrecision(isMeant) {
  const meant = precisions.filter((_, index) => isMeant(/** @type {QueryLine} */ (queries[index])));
  const mean = meant.reduce((sum, value) => sum + value, 0) / Math.max(1, meant.length);
  return { of: meant.length, precision3: Math.round(mean * 1000) / 1000 };
}
const bare = {
  all: meanPrecision(() => true),
  colour: meanPrecision(({ about }) => about === "colour"),
  number: meanPrecision(({ about }) => about === "number"),
  place: meanPrecision(({ about }) => about === "place"),
};
console.log(`bare queries: precision@3 ${JSON.stringify(bare)}`);

if (options.save) {
  const digest = createHash("sha256");
  for (const name of ["text_model", "vision_model"]) {
    digest.update(readFileSync(path.join(folder, `onnx/${name}_quantized.onnx`)));
  }
  writeFileSync(
    options.save,
    JSON.stringify({ files_sha256: digest.digest("hex"), caption, bare }, null, 2) + "\n",
  );
}
