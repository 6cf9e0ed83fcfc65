import type {
  ChatEvent,
  ChatParams,
  ChatResult,
  EmbedParams,
  EmbedResult,
  LoadedModel,
  LoadParams,
} from "../protocol/engine";

export interface ChatContext {
  /** `performance.now()` when the request arrived, before it waited for others. */
  receivedAt: number;
  signal: AbortSignal;
  emit: (event: ChatEvent) => void;
}

/** One loaded model. A method the model cannot serve rejects with `unsupported-model`. */
export interface EngineBackend {
  readonly loaded: LoadedModel;
  chat(params: ChatParams, context: ChatContext): Promise<ChatResult>;
  embed(params: EmbedParams, signal: AbortSignal): Promise<EmbedResult>;
  dispose(): Promise<void>;
}

/** Loads the model that `params` names; `onProgress` gets fractions 0…1. */
export type LoadBackend = (
  params: LoadParams,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
) => Promise<EngineBackend>;
