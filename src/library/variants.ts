import type { ModelVariant, RemoteFile } from "./model";

/** The precisions transformers.js knows, with the suffix of their file names; see its `dtype` option. */
const onnxPrecisions = [
  ["fp32", ""],
  ["fp16", "_fp16"],
  ["q8", "_quantized"],
  ["int8", "_int8"],
  ["uint8", "_uint8"],
  ["q4", "_q4"],
  ["q4f16", "_q4f16"],
  ["bnb4", "_bnb4"],
] as const;

/** Parts that transformers.js loads as sessions, the one that names a variant first. */
const onnxComponents = [
  "model",
  "vision_model",
  "text_model",
  "encoder_model",
  "decoder_model_merged",
  "decoder_model",
  "decoder_with_past_model",
  "vision_encoder",
  "audio_encoder",
  "embed_tokens",
] as const;

const onnxFolder = "onnx/";
/** JSON and text files beside the weights that are worth having; larger ones are something else. */
const largestCompanionBytes = 64 * 1024 * 1024;
/** More than anyone splits a model into; a name that claims more is not worth checking for them. */
const maximumParts = 1000;
const splitPattern = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i;
/** GGUF files that are not models of their own: vision projectors and calibration data. */
const notAModelPattern = /(?:^|[-_.])(?:mmproj|imatrix)(?:[-_.]|$)/i;
const quantizationPattern =
  /(?:^|[-_.])((?:UD-)?(?:I?Q\d(?:_[A-Z0-9]+)*|TQ\d_\d|MXFP4(?:_MOE)?|NVFP4|BF16|F16|F32|FP16|FP32))(?=$|[-_.])/gi;

/** Every loadable choice among the files of a repository, smallest first. */
export function variantsOf(files: readonly RemoteFile[]): ModelVariant[] {
  const variants = [...ggufVariants(files), ...onnxVariants(files)];
  return variants.sort((a, b) => a.sizeBytes - b.sizeBytes || a.primaryFile.localeCompare(b.primaryFile));
}

/** `Q4_K_M` for `model-q4_k_m.gguf`; the bare file name when it names no quantization. */
export function quantizationLabel(ggufPath: string): string {
  const stem = baseName(ggufPath)
    .replace(splitPattern, "$1.gguf")
    .replace(/\.gguf$/i, "");
  const matches = [...stem.matchAll(quantizationPattern)];
  return matches.at(-1)?.[1]?.toUpperCase() ?? stem;
}

/** All parts of the split GGUF file whose first part this is, else just the file. */
function ggufParts(primaryFile: string): string[] {
  const split = splitPattern.exec(primaryFile);
  const count = Math.min(Number(split?.[3]), maximumParts);
  const total = split?.[3] ?? "";
  if (split?.[1] === undefined || count < 1) {
    return [primaryFile];
  }
  const pad = (index: number) => String(index).padStart(5, "0");
  return Array.from({ length: count }, (_, index) => `${split[1] ?? ""}-${pad(index + 1)}-of-${total}.gguf`);
}

/** True for small files that describe a model rather than being it. */
export function isCompanionFile(filePath: string): boolean {
  return /(?:\.(?:json|jsonl|md|txt|jinja|model|png|jpe?g|svg)|LICENSE|NOTICE|\.gitattributes)$/i.test(
    filePath,
  );
}

function ggufVariants(files: readonly RemoteFile[]): ModelVariant[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const companions = files.filter(
    (file) => (file.path === "README.md" || file.path === "config.json") && file.sizeBytes <= 1024 * 1024,
  );
  return files.filter(isFirstGgufPart).flatMap((file) => {
    const parts = ggufParts(file.path).map((path) => byPath.get(path));
    return parts.every((part) => part !== undefined)
      ? [variant("llama", quantizationLabel(file.path), file.path, [...companions, ...parts])]
      : [];
  });
}

function isFirstGgufPart(file: RemoteFile): boolean {
  const part = splitPattern.exec(file.path)?.[2];
  return (
    /\.gguf$/i.test(file.path) &&
    !notAModelPattern.test(baseName(file.path).replace(/\.gguf$/i, "")) &&
    (part === undefined || Number(part) === 1)
  );
}

/** One variant per precision for which every part of the model exists. */
function onnxVariants(files: readonly RemoteFile[]): ModelVariant[] {
  const weights = files.filter((file) => file.path.startsWith(onnxFolder));
  const paths = new Set(weights.map((file) => file.path));
  const fileOf = (component: string, suffix: string) => `${onnxFolder}${component}${suffix}.onnx`;
  const companions = files.filter(isOnnxCompanion);
  if (!companions.some((file) => file.path === "config.json")) {
    return [];
  }
  const needed = neededComponents(
    onnxComponents.filter((name) => onnxPrecisions.some(([, suffix]) => paths.has(fileOf(name, suffix)))),
  );
  return onnxPrecisions.flatMap(([label, suffix]) => {
    const main = needed[0];
    if (main === undefined || !needed.every((name) => paths.has(fileOf(name, suffix)))) {
      return [];
    }
    const ownWeights = weights.filter((file) => needed.some((name) => isPartOf(file, fileOf(name, suffix))));
    return [variant("onnx", label, fileOf(main, suffix), [...companions, ...ownWeights])];
  });
}

/** Leaves out what another part replaces: the merged decoder, or the two halves of an image-text model. */
function neededComponents(present: readonly string[]): string[] {
  const has = (name: string) => present.includes(name);
  const replaced = new Set<string>([
    ...(has("decoder_model_merged") ? ["decoder_model", "decoder_with_past_model"] : []),
    ...(has("vision_model") && has("text_model") ? ["model"] : []),
  ]);
  return present.filter((name) => !replaced.has(name));
}

/** The graph itself and its external data: `x.onnx`, `x.onnx_data`, `x.onnx_data_1`, `x.onnx.data`. */
function isPartOf(file: RemoteFile, graphPath: string): boolean {
  return file.path === graphPath || /^[._]data(?:_\d+)?$/.test(file.path.slice(graphPath.length))
    ? file.path.startsWith(graphPath)
    : false;
}

function isOnnxCompanion(file: RemoteFile): boolean {
  const isNamed =
    // The folder says how Sentence Transformers pool a text's token vectors.
    file.path === "1_Pooling/config.json" ||
    (!file.path.includes("/") &&
      (/\.json$/i.test(file.path) ||
        ["README.md", "merges.txt", "vocab.txt", "chat_template.jinja"].includes(file.path)));
  return isNamed && file.sizeBytes <= largestCompanionBytes;
}

function variant(
  engine: ModelVariant["engine"],
  label: string,
  primaryFile: string,
  files: RemoteFile[],
): ModelVariant {
  return {
    label,
    engine,
    primaryFile,
    files,
    sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
  };
}

function baseName(filePath: string): string {
  return filePath.slice(filePath.lastIndexOf("/") + 1);
}
