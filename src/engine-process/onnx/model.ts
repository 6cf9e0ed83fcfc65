import type { AutoModel } from "@huggingface/transformers";
import type { EngineBackend } from "../backend";
import type { OnnxConfig } from "./config";

/** What loading an ONNX model needs to know. */
export interface OnnxOptions {
  modelPath: string;
  config: OnnxConfig;
  /** Tokens. */
  contextLength: number;
  threads: number;
  pretrained: NonNullable<Parameters<typeof AutoModel.from_pretrained>[1]>;
}

/** A loaded model before it is described to the host. */
export type OnnxModel = Omit<EngineBackend, "loaded"> & { embeddingLength: number };
