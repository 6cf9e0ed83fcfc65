import { readFile } from "node:fs/promises";
import path from "node:path";
import { AppError, errnoCode } from "../../common/errors";

export type Pooling = "mean" | "cls" | "last-token";

export interface OnnxConfig {
  modelType: string;
  /** Positions the model was trained for, in tokens. */
  positions: number;
  pooling: Pooling;
}

/** Reads what the model's own files prescribe. */
export async function readOnnxConfig(snapshotPath: string): Promise<OnnxConfig> {
  const config = await readJson(path.join(snapshotPath, "config.json"));
  if (!config) {
    throw new AppError("not-a-model", "The model has no config.json. Delete it and pull it again.");
  }
  return {
    modelType: typeof config["model_type"] === "string" ? config["model_type"] : "unknown",
    positions: positionsOf(config) ?? 512,
    pooling: await readPooling(snapshotPath),
  };
}

/** Sentence Transformers' pooling module; mean is its default. */
async function readPooling(snapshotPath: string): Promise<Pooling> {
  const pooling = await readJson(path.join(snapshotPath, "1_Pooling", "config.json"));
  if (pooling?.["pooling_mode_cls_token"] === true) {
    return "cls";
  }
  return pooling?.["pooling_mode_lasttoken"] === true ? "last-token" : "mean";
}

async function readJson(file: string): Promise<Record<string, unknown> | undefined> {
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
];
/** Where models of two parts describe the one that reads or writes text. */
const textParts = ["text_config", "decoder"];

function positionsOf(config: Record<string, unknown>): number | undefined {
  const parts = [config, ...textParts.map((name) => config[name])];
  const values = parts.flatMap((part) => (isRecord(part) ? positionKeys.map((key) => part[key]) : []));
  return values.find((value): value is number => typeof value === "number");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
