import type {
  CaptionResult,
  ChatParams,
  ChatResult,
  CompleteParams,
  EmbedImagesResult,
  EmbedParams,
  EmbedResult,
  ImagesParams,
  RerankParams,
  RerankResult,
  TranscribeParams,
  TranscribeResult,
} from "../../protocol/engine";
import type { ChatContext, TranscribeContext } from "../backend";
import type { OnnxConfig } from "./config";
import type { Graphs } from "./graphs";
import type { Step } from "./turns";

/** What loading an ONNX model needs to know. */
export interface OnnxOptions {
  modelPath: string;
  /** Relative to the model's folder. */
  weightFiles: readonly string[];
  config: OnnxConfig;
  /** Tokens. */
  contextLength: number;
  graphs: Graphs;
}

/** What a request gets besides its parameters: every inference is one `step`. */
export interface Steps {
  signal: AbortSignal;
  step: Step;
}

/** A loaded model before it is described to the host and its requests take turns. */
export interface OnnxModel {
  embeddingLength: number;
  /** In tokens; what the options say when left out. */
  contextLength?: number;
  /** Conversations whose state is kept; 1 when left out. */
  sequences?: number;
  /** Its text; left out where there is none. */
  chatTemplate?: string | undefined;
  readonly chat?: (params: ChatParams, context: ChatContext & Steps) => Promise<ChatResult>;
  readonly complete?: (params: CompleteParams, context: ChatContext & Steps) => Promise<ChatResult>;
  readonly embed?: (params: EmbedParams, steps: Steps) => Promise<EmbedResult>;
  readonly embedImages?: (params: ImagesParams, steps: Steps) => Promise<EmbedImagesResult>;
  readonly caption?: (params: ImagesParams, steps: Steps) => Promise<CaptionResult>;
  readonly transcribe?: (
    params: TranscribeParams,
    context: TranscribeContext & Steps,
  ) => Promise<TranscribeResult>;
  readonly rerank?: (params: RerankParams, steps: Steps) => Promise<RerankResult>;
}
