import { readFileSync } from "node:fs";
import path from "node:path";
import sharp from "sharp";
import type { DeployTarget } from "../../src/engine/deployments";
import { decodeWav } from "../../src/engine-process/audio/wav";
import type { MediaSource } from "../../src/protocol/engine";
import { dot, newDeployments, onnxTarget, readLines, repoRoot, rowOf } from "../support/engines";
import { wordErrors, wordsOf } from "../support/word-errors";
import { atLeast, atMost } from "./goals";

const trainingFolder = path.join(repoRoot, "scripts/demo-models");
type Box = [left: number, top: number, width: number, height: number];

/** The committed models for texts, pictures and speech on what their training never saw, through the engines that people use. */
describe("demo models", function () {
  this.timeout(300_000);
  const deployments = newDeployments();
  afterEach(() => deployments.stop("model"));
  after(() => deployments.dispose());

  const deploy = (target: DeployTarget) => deployments.deploy({ ...target, id: "model" });

  it("sentence finds the paraphrase among all", async () => {
    await deploy(onnxTarget("demo-sentence-onnx", "embedding", ["model"]));
    const pairs = readLines<{ a: string; b: string }>("sentence/heldout.jsonl");
    const rowsOf = async (texts: string[]) => {
      const { vectors, dimensions } = await deployments.embed("model", { texts });
      return texts.map((_, row) => rowOf(vectors, dimensions, row));
    };
    const first = await rowsOf(pairs.map(({ a }) => a));
    const second = await rowsOf(pairs.map(({ b }) => b));
    atLeast(0.98, shareWithin(1, placesOf(first, second)), {
      model: "demo-sentence",
      measure: "paraphrases, top-1",
      of: pairs.length,
    });
  });

  it("image-text finds pictures by captions and by bare words", async () => {
    await deploy(onnxTarget("demo-image-text-onnx", "image-text", ["text_model", "vision_model"]));
    const scenes = readLines<{ caption: string; box: Box; unknown: boolean }>("image-text/heldout.jsonl");
    const queries = readLines<{ query: string; fits: number[] }>("image-text/queries.jsonl");
    const pictures = await picturesOf(scenes.map(({ box }) => box));
    const images = await deployments.embedImages("model", { images: pictures });
    const imageRows = scenes.map((_, row) => rowOf(images.vectors, images.dimensions, row));
    const textRows = async (texts: string[]) => {
      const { vectors, dimensions } = await deployments.embed("model", { texts });
      return texts.map((_, row) => rowOf(vectors, dimensions, row));
    };
    const places = placesOf(await textRows(scenes.map(({ caption }) => caption)), imageRows);
    const row = { model: "demo-image-text", of: scenes.length };
    atLeast(0.95, shareWithin(1, places), { ...row, measure: "captions, top-1" });
    atLeast(0.99, shareWithin(5, places), { ...row, measure: "captions, top-5" });

    const asked = await textRows(queries.map(({ query }) => query));
    const precisions = asked.map((text, index) => {
      const ranking = imageRows.map((image, at) => ({ at, score: dot(text, image) }));
      const best = ranking.sort((a, b) => b.score - a.score).slice(0, 3);
      return best.filter(({ at }) => queries[index]!.fits.includes(at)).length / 3;
    });
    const mean = precisions.reduce((sum, value) => sum + value, 0) / precisions.length;
    atLeast(0.75, mean, { model: row.model, measure: "bare queries, precision@3", of: queries.length });
  });

  it("captioner describes scenes word for word", async () => {
    await deploy(onnxTarget("demo-captioner-onnx", "caption", ["encoder_model", "decoder_model_merged"]));
    const scenes = readLines<{ caption: string; box: Box }>("captioner/heldout.jsonl");
    const images = await picturesOf(scenes.map(({ box }) => box));
    const { captions } = await deployments.caption("model", { images });
    const right = captions.filter((caption, index) => caption === scenes[index]!.caption).length;
    atLeast(0.75, right / scenes.length, {
      model: "demo-captioner",
      measure: "captions fully right",
      of: scenes.length,
    });
  });

  it("speech writes clips down", async () => {
    await deploy(onnxTarget("demo-speech-onnx", "speech", ["encoder_model", "decoder_model_merged"]));
    const clips = readLines<{ text: string; start: number; length: number }>("speech/heldout.jsonl");
    const file = readFileSync(path.join(trainingFolder, "speech/heldout.wav"));
    const { samples } = decodeWav(file, "heldout.wav");
    let errors = 0;
    for (const { text, start, length } of clips) {
      const audio = { samples: samples.slice(start, start + length) };
      errors += wordErrors(text, (await deployments.transcribe("model", { audio })).text);
    }
    const words = clips.reduce((sum, { text }) => sum + wordsOf(text).length, 0);
    atMost(0.15, errors / words, { model: "demo-speech", measure: "word errors", of: words });
  });
});

/** How many of `others` are at least as near to each row as its own partner. */
function placesOf(rows: Float32Array[], others: Float32Array[]): number[] {
  return rows.map((row, index) => {
    const own = dot(row, others[index]!);
    return others.filter((other, at) => at !== index && dot(row, other) >= own).length;
  });
}

function shareWithin(limit: number, places: number[]): number {
  return places.filter((place) => place < limit).length / places.length;
}

/** Parts of the sheet with the held-out scenes. */
async function picturesOf(boxes: Box[]): Promise<MediaSource[]> {
  const { data, info } = await sharp(path.join(trainingFolder, "image-text/heldout.webp"))
    .raw()
    .toBuffer({ resolveWithObject: true });
  return Promise.all(
    boxes.map(async ([left, top, width, height]) => ({
      name: "scene.png",
      bytes: await sharp(data, { raw: info }).extract({ left, top, width, height }).png().toBuffer(),
    })),
  );
}
