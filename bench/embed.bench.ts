/**
 * Speed of embeddings on their whole way, from the host through the engine process back to the host, over a
 * bare onnxruntime-node loop on ready tensors with the same threads and batch; alternating, medians. Pictures
 * are 12-megapixel JPEG files, and are compared with what the processor's cores could do at best.
 */
import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { AutoTokenizer, env } from "@huggingface/transformers";
import type { Deployments } from "../src/engine/deployments";
import type { EngineTask } from "../src/protocol/engine";
import type { BareRequest, BareTensor } from "./lib/bare-onnx.mjs";
import { startBareOnnx } from "./lib/bare";
import { figurePrinter, median } from "./lib/figures";
import { decodeSeconds, writePhotographs } from "./lib/photographs";
import { pixelInput } from "./lib/pixel-input";
import { modelId, newDeployments, onnxBenchTarget, root } from "./lib/product";
import { benchWords, randomPictureEmbedder, randomTextEmbedder } from "./lib/random-onnx";

const cache = path.join(root, ".cache");
const cores = os.availableParallelism();
const { values } = parseArgs({
  options: {
    /** A snapshot folder; its kind decides what is measured. Both kinds are measured without it. */
    model: { type: "string" },
    /** Suffix of the weight files, such as `_quantized`. */
    variant: { type: "string", default: "" },
    /** Of both processes, for texts. */
    starts: { type: "string", default: "5" },
    /** After each start. */
    rounds: { type: "string", default: "5" },
    threads: { type: "string", default: String(cores) },
    words: { type: "string", default: "24" },
    pictures: { type: "string", default: "32" },
  },
});
const print = figurePrinter("embed");
const threads = Number(values.threads);
const rounds = Number(values.rounds);
const imageBatch = 8;
/** ONNX Runtime's threads look for work for some 40 ms after an inference, on the other side's cores. */
const pauseMs = 150;

async function main(): Promise<void> {
  const model = values.model ? path.resolve(values.model) : undefined;
  if (!model) {
    await measureTexts(randomTextEmbedder(cache));
    await measurePictures(randomPictureEmbedder(cache));
  } else if (existsSync(graphOf(model, "vision_model"))) {
    await measurePictures(model);
  } else {
    await measureTexts(model);
  }
}

/** Each start places a process's memory anew, which alone changes its speed by some per cent: so there are several. */
async function measureTexts(model: string): Promise<void> {
  env.allowRemoteModels = false;
  const tokenizer = await AutoTokenizer.from_pretrained(model);
  const batches = [1, 32].map((size) => {
    const texts = Array.from({ length: size }, (_, index) => sentence(index));
    const inputs = textInputs(tokenizer(texts, { padding: true }) as TokenBatch);
    return { texts, inputs, ratios: [] as number[], speeds: [] as number[] };
  });
  for (let start = 0; start < Number(values.starts); start++) {
    const stack = await deploy(model, "embedding");
    const bare = await startBareOnnx({ modelFile: graphOf(model, "model"), threads });
    try {
      for (const { texts, inputs, ratios, speeds } of batches) {
        // About half a second of work in each part of a round.
        const once = (await bare.measure({ inputs, runs: 5 })).elapsedMs / 5;
        const runs = Math.max(3, Math.round(500 / once));
        for (let round = 0; round <= rounds; round++) {
          await delay(pauseMs);
          const bareMs = (await bare.measure({ inputs, runs })).elapsedMs;
          await delay(pauseMs);
          const startedAt = performance.now();
          for (let run = 0; run < runs; run++) {
            await stack.embed(modelId, { texts });
          }
          const stackMs = performance.now() - startedAt;
          // The first round warms both up.
          if (round > 0) {
            ratios.push(bareMs / stackMs);
            speeds.push((texts.length * runs * 1000) / stackMs);
          }
        }
      }
    } finally {
      bare.stop();
      await stack.dispose();
    }
  }
  for (const { texts, ratios, speeds } of batches) {
    print(`text_ratio_batch${texts.length}`, median(ratios));
    print(`texts_per_second_batch${texts.length}`, median(speeds));
  }
}

async function measurePictures(model: string): Promise<void> {
  const files = await writePhotographs(path.join(cache, "bench-photographs"), 8);
  const images = Array.from({ length: Number(values.pictures) }, (_, index) => ({
    path: files[index % files.length] ?? "",
  }));
  const stack = await deploy(model, "image-text");
  const bare = await startBareOnnx({ modelFile: graphOf(model, "vision_model"), threads });
  const pixels = pixelInput(model, imageBatch);
  try {
    const ratios: number[] = [];
    const speeds: number[] = [];
    const costs: { decode: number; inference: number; coresBusy: number }[] = [];
    for (let round = 0; round <= rounds; round++) {
      await delay(pauseMs);
      const decode = await decodeSeconds(files);
      const { cpuSeconds, elapsedMs } = await bare.measure({ inputs: { pixel_values: pixels }, runs: 3 });
      const inference = cpuSeconds / 3 / imageBatch;
      await delay(pauseMs);
      const startedAt = performance.now();
      const { failures } = await stack.embedImages(modelId, { images });
      const perSecond = (images.length * 1000) / (performance.now() - startedAt);
      if (failures.length > 0) {
        throw new Error(failures[0]?.error.template);
      }
      if (round > 0) {
        costs.push({ decode, inference, coresBusy: (cpuSeconds * 1000) / elapsedMs });
        speeds.push(perSecond);
        ratios.push(perSecond / (cores / (decode + inference)));
      }
    }
    print("image_bound_ratio", median(ratios));
    print("images_per_second", median(speeds));
    print("decode_cpu_ms", median(costs.map((cost) => cost.decode * 1000)));
    // Fewer than there are say that something else runs: then the ratio is too low.
    print("bare_cores_busy", median(costs.map((cost) => cost.coresBusy)));
    print("inference_cpu_ms", median(costs.map((cost) => cost.inference * 1000)));
  } finally {
    bare.stop();
    await stack.dispose();
  }
}

/** Texts of one length, so that padding is the same on both sides. */
function sentence(index: number): string {
  return Array.from(
    { length: Number(values.words) },
    (_, at) => benchWords[(index * 997 + at * 31) % benchWords.length],
  ).join(" ");
}

interface TokenBatch {
  input_ids: BareTensor;
  attention_mask: BareTensor;
}

function textInputs({ input_ids: ids, attention_mask: kept }: TokenBatch): BareRequest["inputs"] {
  const dims = [...ids.dims];
  const copy = ({ data }: BareTensor) => new BigInt64Array(data as BigInt64Array);
  return {
    input_ids: { type: "int64", data: copy(ids), dims },
    attention_mask: { type: "int64", data: copy(kept), dims },
    token_type_ids: { type: "int64", data: new BigInt64Array(ids.data.length), dims },
  };
}

async function deploy(modelPath: string, task: EngineTask): Promise<Deployments> {
  const deployments = newDeployments();
  await deployments.deploy(onnxBenchTarget(modelPath, task, threads, values.variant));
  return deployments;
}

function graphOf(model: string, name: string): string {
  return path.join(model, `onnx/${name}${values.variant}.onnx`);
}

void main();
