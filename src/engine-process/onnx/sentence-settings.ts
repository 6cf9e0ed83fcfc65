import path from "node:path";
import { AppError } from "../../common/errors";
import { type EmbeddingPrefixes, prefixesOfFamily, prefixesOfPrompts } from "../embedding-prefixes";
import { readJson } from "./config";
import type { Pooling } from "./pooling";

/** What Sentence Transformers' files prescribe (https://sbert.net), or the model's family where they are missing. */
export interface SentenceSettings {
  pooling: Pooling;
  prefixes: EmbeddingPrefixes;
  /** Longest text in tokens; undefined when nothing is said. */
  maxTokens: number | undefined;
  /** Modules that work on the pooled vector and are not part of the ONNX graph unless it gives whole vectors. */
  furtherModules: string[];
}

interface Module {
  path?: string;
  type?: string;
}

/** What every graph or our own normalisation covers. */
const plainModules = ["Transformer", "Pooling", "Normalize"];

/** Families that do not pool by mean, for the many conversions without the file that says so. */
const poolingOfFamily: readonly (readonly [RegExp, Pooling])[] = [
  [/qwen\d*(?:\.\d+)?-embedding|gte-qwen|e5-mistral|sfr-embedding/, "last-token"],
  [
    /bge-|mxbai-embed|arctic-embed|uae-large|gte-(?:base|large)-(?:en|zh)-v1\.5|gte-multilingual|gte-modernbert|granite-embedding/,
    "cls",
  ],
];

export async function readSentenceSettings(snapshotPath: string): Promise<SentenceSettings> {
  const read = (file: string) => readJson(path.join(snapshotPath, file));
  const modules = ((await read("modules.json")) as Module[] | undefined) ?? [];
  const poolingPath = modules.find(({ type }) => moduleName(type) === "Pooling")?.path ?? "1_Pooling";
  const length = (await read("sentence_bert_config.json"))?.["max_seq_length"];
  return {
    pooling:
      poolingOfConfig(await read(path.join(poolingPath, "config.json"))) ??
      poolingOfFamily.find(([pattern]) => pattern.test(snapshotPath.toLowerCase()))?.[1] ??
      "mean",
    prefixes:
      prefixesOfPrompts(await read("config_sentence_transformers.json")) ?? prefixesOfFamily(snapshotPath),
    maxTokens: typeof length === "number" ? length : undefined,
    furtherModules: modules
      .map(({ type }) => moduleName(type))
      .filter((name) => !plainModules.includes(name)),
  };
}

/** `Dense` for `sentence_transformers.models.Dense`. */
function moduleName(type: string | undefined): string {
  return type?.slice(type.lastIndexOf(".") + 1) ?? "";
}

const poolingModes: Record<string, Pooling> = {
  pooling_mode_cls_token: "cls",
  pooling_mode_mean_tokens: "mean",
  // Another length of the same vector.
  pooling_mode_mean_sqrt_len_tokens: "mean",
  pooling_mode_max_tokens: "max",
  pooling_mode_lasttoken: "last-token",
};

function poolingOfConfig(config: Record<string, unknown> | undefined): Pooling | undefined {
  if (!config) {
    return undefined;
  }
  const modes = Object.keys(config).filter((key) => key.startsWith("pooling_mode_") && config[key] === true);
  const [mode, ...others] = modes.map((key) => poolingModes[key]);
  if (mode === undefined || others.length > 0) {
    throw new AppError(
      "unsupported-model",
      "This model makes its vectors in a way that is not supported ({0}).",
      [modes.join(", ") || "1_Pooling/config.json"],
    );
  }
  return mode;
}
