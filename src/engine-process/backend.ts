import type {
  CaptionResult,
  ChatEvent,
  ChatParams,
  ChatResult,
  CompleteParams,
  EmbedImagesResult,
  EmbedParams,
  EmbedResult,
  ImagesParams,
  LoadedModel,
  LoadParams,
  RerankParams,
  RerankResult,
  TranscribeEvent,
  TranscribeParams,
  TranscribeResult,
} from "../protocol/engine";

export interface ChatContext {
  /** `performance.now()` when the request arrived, before it waited for others. */
  receivedAt: number;
  signal: AbortSignal;
  emit: (event: ChatEvent) => void;
}

export interface TranscribeContext {
  signal: AbortSignal;
  emit: (event: TranscribeEvent) => void;
}

/**
 * One loaded model, with the methods that it can serve. They may be called while others run: each backend
 * orders or batches its own requests, interactive ones first.
 */
export interface EngineBackend {
  readonly loaded: LoadedModel;
  readonly chat?: (params: ChatParams, context: ChatContext) => Promise<ChatResult>;
  readonly complete?: (params: CompleteParams, context: ChatContext) => Promise<ChatResult>;
  readonly embed?: (params: EmbedParams, signal: AbortSignal) => Promise<EmbedResult>;
  readonly embedImages?: (params: ImagesParams, signal: AbortSignal) => Promise<EmbedImagesResult>;
  readonly caption?: (params: ImagesParams, signal: AbortSignal) => Promise<CaptionResult>;
  readonly transcribe?: (params: TranscribeParams, context: TranscribeContext) => Promise<TranscribeResult>;
  readonly rerank?: (params: RerankParams, signal: AbortSignal) => Promise<RerankResult>;
  readonly limitThreads?: (most: number) => void;
  dispose(): Promise<void>;
}

/** Loads the model that `params` names; `onProgress` gets fractions 0…1. */
export type LoadBackend = (
  params: LoadParams,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
) => Promise<EngineBackend>;
