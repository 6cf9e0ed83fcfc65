/**
 * Speed of indexing 12-megapixel JPEG files on their whole way, from the scan to the vectors in the store,
 * over what the processor's cores could do at best with decoding and inference alone. Beside it, for how long
 * the host's event loop is held while many small pictures are indexed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { appendFile, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { silentLogger } from "../src/common/logger";
import type { Deployments } from "../src/engine/deployments";
import { PhotoIndexer } from "../src/photos/index/photo-indexer";
import { RunningPhotoModels } from "../src/photos/models";
import { Store } from "../src/store/store-client";
import { startBareOnnx } from "./lib/bare";
import { figurePrinter, median } from "./lib/figures";
import { decodeSeconds, writePhotographs } from "./lib/photographs";
import { pixelInput } from "./lib/pixel-input";
import { benchTarget, newDeployments, root } from "./lib/product";
import { randomPictureEmbedder } from "./lib/random-onnx";

const cache = path.join(root, ".cache");
const cores = os.availableParallelism();
const { values } = parseArgs({
  options: {
    /** A snapshot folder of any CLIP or SigLIP. */
    model: { type: "string" },
    /** Suffix of the weight files, such as `_quantized`. */
    variant: { type: "string", default: "" },
    rounds: { type: "string", default: "3" },
    threads: { type: "string", default: String(cores) },
    pictures: { type: "string", default: "256" },
    small: { type: "string", default: "5000" },
  },
});
const threads = Number(values.threads);
const imageBatch = 8;
const print = figurePrinter("photos-index");

async function main(): Promise<void> {
  const model = values.model ? path.resolve(values.model) : randomPictureEmbedder(cache);
  const folder = await mkdtemp(path.join(os.tmpdir(), "local-models-bench-"));
  const deployments = await deploy(model);
  try {
    await measureSpeed(model, deployments, folder);
    await measureHost(deployments, folder);
  } finally {
    await deployments.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureSpeed(model: string, deployments: Deployments, folder: string): Promise<void> {
  const originals = await writePhotographs(path.join(cache, "bench-photographs"), 8);
  const pictures = path.join(folder, "photographs");
  await writeCopies(originals, pictures, Number(values.pictures));
  const modelFile = path.join(model, `onnx/vision_model${values.variant}.onnx`);
  const bare = await startBareOnnx({ modelFile, threads });
  const pixels = pixelInput(model, imageBatch);
  const rounds: { ratio: number; speed: number; decode: number; inference: number; coresBusy: number }[] = [];
  try {
    const costs = async () => {
      const decode = await decodeSeconds(originals);
      const { cpuSeconds, elapsedMs } = await bare.measure({ inputs: { pixel_values: pixels }, runs: 3 });
      return { decode, inference: cpuSeconds / 3 / imageBatch, coresBusy: (cpuSeconds * 1000) / elapsedMs };
    };
    for (let round = 0; round <= Number(values.rounds); round++) {
      // Before and after, because the machine's own speed drifts.
      const before = await costs();
      const speed = await index(deployments, folder, pictures, Number(values.pictures));
      const after = await costs();
      // The first round warms both up.
      if (round > 0) {
        const [decode, inference, coresBusy] = (["decode", "inference", "coresBusy"] as const).map(
          (name) => (before[name] + after[name]) / 2,
        ) as [number, number, number];
        rounds.push({ ratio: speed / (cores / (decode + inference)), speed, decode, inference, coresBusy });
      }
    }
  } finally {
    bare.stop();
  }
  print("bound_ratio", median(rounds.map(({ ratio }) => ratio)));
  print("images_per_second", median(rounds.map(({ speed }) => speed)));
  print("decode_cpu_ms", median(rounds.map(({ decode }) => decode * 1000)));
  print("inference_cpu_ms", median(rounds.map(({ inference }) => inference * 1000)));
  // Fewer than there are say that something else runs: then the ratio is too low.
  print("bare_cores_busy", median(rounds.map(({ coresBusy }) => coresBusy)));
}

async function measureHost(deployments: Deployments, folder: string): Promise<void> {
  const pictures = path.join(folder, "small");
  const count = Number(values.small);
  await writeSmall(pictures, count);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await new Promise((resolve) => setTimeout(resolve, 3000));
  // Much more than a millisecond says that other processes take the cores.
  print("idle_delay_max_ms", delay.max / 1e6);
  delay.reset();
  const control = startControl();
  const cpu = process.cpuUsage();
  const speed = await index(deployments, folder, pictures, count);
  delay.disable();
  const { user, system } = process.cpuUsage(cpu);
  const controlMax = await control.stop();
  print("small_images_per_second", speed);
  print("host_delay_max_ms", delay.max / 1e6);
  print("host_delay_p99_ms", delay.percentile(99) / 1e6);
  // As much as the host's says that the machine stood still, or had no core for anybody: the host held nothing up.
  print("control_delay_max_ms", controlMax);
  // Of all threads of the process: store and scanner run in it.
  print("host_cpu_us_per_image", (user + system) / count);
}

/** A process that does nothing but measure the delay of its own event loop, in milliseconds. */
function startControl(): { stop: () => Promise<number> } {
  const script = `
    const delay = require("node:perf_hooks").monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    setTimeout(() => delay.reset(), 200);
    process.once("message", () => process.send(delay.max / 1e6, () => process.exit()));`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  return {
    stop: async () => {
      const answer = once(child, "message");
      child.send("stop");
      const [max] = (await answer) as [number];
      return max;
    },
  };
}

/** Into a new store. Returns pictures per second, from the scan to the last record. */
async function index(
  deployments: Deployments,
  folder: string,
  pictures: string,
  count: number,
): Promise<number> {
  const directory = await mkdtemp(path.join(folder, "store-"));
  const store = new Store({
    workerPath: path.join(root, "dist/store-worker.js"),
    wasmPath: path.join(root, "dist/sql-wasm.wasm"),
    kernelPath: path.join(root, "dist/vector-kernel.wasm"),
    directory,
    logger: silentLogger,
  });
  const models = new RunningPhotoModels(deployments);
  const indexer = new PhotoIndexer({
    store,
    models,
    logger: silentLogger,
    roots: () => Promise.resolve([{ folder: pictures, excluded: [] }]),
    scannerPath: path.join(root, "dist/photo-scanner.js"),
  });
  try {
    await store.open();
    const startedAt = performance.now();
    await indexer.start();
    const elapsed = performance.now() - startedAt;
    const space = models.imageText()?.space ?? null;
    const { searchable } = await store.request("countMedia", { space });
    if (indexer.state.type !== "ready" || searchable !== count) {
      throw new Error(`${JSON.stringify(indexer.state)}, ${searchable} of ${count} are searchable`);
    }
    return (count * 1000) / elapsed;
  } finally {
    indexer.dispose();
    await store.close();
  }
}

/** Each a content of its own: what follows the end of a JPEG picture is not read. */
async function writeCopies(originals: readonly string[], folder: string, count: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let number = 0; number < count; number++) {
    const file = path.join(folder, `IMG_${number}.jpg`);
    await copyFile(originals[number % originals.length] ?? "", file);
    await appendFile(file, String(number));
  }
}

async function writeSmall(folder: string, count: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let number = 0; number < count; number++) {
    const background = { r: number % 256, g: (number >> 8) * 8, b: (number * 31) % 256 };
    const picture = sharp({ create: { width: 160, height: 120, channels: 3, background } }).jpeg();
    await writeFile(
      path.join(folder, `${number}.jpg`),
      Buffer.concat([await picture.toBuffer(), Buffer.from(String(number))]),
    );
  }
}

async function deploy(modelPath: string): Promise<Deployments> {
  const weights = (name: string) => `onnx/${name}${values.variant}.onnx`;
  const weightFiles = ["text_model", "vision_model"].map(weights);
  if (!existsSync(path.join(modelPath, weights("vision_model")))) {
    const there = readdirSync(path.join(modelPath, "onnx")).join(", ");
    throw new Error(`The model has no ${weights("vision_model")}, but ${there}.`);
  }
  const deployments = newDeployments();
  const target = benchTarget(modelPath, 4096, threads);
  await deployments.deploy({
    ...target,
    load: { ...target.load, engine: "onnx", task: "image-text", variantSuffix: values.variant, weightFiles },
  });
  return deployments;
}

void main();
