import { readFile } from "node:fs/promises";
import path from "node:path";
import { AppError, errnoCode } from "../../common/errors";
import { isRecord } from "../../common/is-record";

export interface OnnxConfig {
  modelType: string;
  /** Positions the model was trained for, in tokens. */
  positions: number;
  /** Tokens that end a text that the model writes. */
  endTokens: readonly number[];
}

/** Reads what the model's own files prescribe. */
export async function readOnnxConfig(snapshotPath: string): Promise<OnnxConfig> {
  const config = await readJson(path.join(snapshotPath, "config.json"));
  if (!config) {
    throw new AppError("not-a-model", "The model has no config.json. Delete it and pull it again.");
  }
  const generation = await readJson(path.join(snapshotPath, "generation_config.json"));
  return {
    modelType: typeof config["model_type"] === "string" ? config["model_type"] : "unknown",
    positions: positionsOf(config) ?? 512,
    endTokens: [generation, config].flatMap((file) => [file?.["eos_token_id"]].flat()).filter(isToken),
  };
}

/** Undefined when there is no such file. */
export async function readJson(file: string): Promise<Record<string, unknown> | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (errnoCode(error) === "ENOENT") {
      return undefined;
    }
    throw error;
  }
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new AppError(
      "not-a-model",
      "The model's file {0} is damaged. Delete the model and pull it again.",
      [path.basename(file)],
      String(error),
    );
  }
}

const positionKeys = [
  "max_position_embeddings",
  "n_positions",
  "max_target_positions",
  "max_sequence_length",
  "max_seq_len",
  "seq_length",
];
/** Where models of two parts describe the one that reads or writes text. */
const textParts = ["text_config", "decoder"];

function positionsOf(config: Record<string, unknown>): number | undefined {
  const parts = [config, ...textParts.map((name) => config[name])];
  const values = parts.flatMap((part) => (isRecord(part) ? positionKeys.map((key) => part[key]) : []));
  return values.find((value): value is number => typeof value === "number");
}

function isToken(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value);
}
