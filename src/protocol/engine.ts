import type { SerializedError } from "../common/errors";
import type { Method } from "./rpc";

/** The wire between the extension host and an engine process, which runs exactly one model. */
export type EngineWire = {
  load: Method<LoadParams, LoadedModel, LoadProgress>;
  chat: Method<ChatParams, ChatResult, ChatEvent>;
  /** Unit-length vectors, one per text. */
  embed: Method<EmbedParams, EmbedResult>;
  /** Unit-length vectors, one per picture, in the space of `embed`. */
  embedImages: Method<ImagesParams, EmbedImagesResult>;
  /** A sentence about each picture. */
  caption: Method<ImagesParams, CaptionResult>;
  /** What is said in a recording. */
  transcribe: Method<TranscribeParams, TranscribeResult, TranscribeEvent>;
  /** Answers at once unless native code holds the process. */
  ping: Method<null, null>;
  /** Releases the model and ends the process. */
  shutdown: Method<null, null>;
};

/** The engine asks nothing of the host. */
export type EngineHostWire = Record<never, never>;

export type EngineName = "llama" | "onnx";
/** What a deployed model is used for; `image-text` models embed texts and pictures alike. */
export type EngineTask = "chat" | "embedding" | "image-text" | "caption" | "speech";

export interface LoadParams {
  engine: EngineName;
  task: EngineTask;
  /** A GGUF file (the first part of a split one) for llama, a snapshot folder for onnx. */
  modelPath: string;
  /** For onnx: the weights' file name suffix, such as `_quantized`; empty for none. */
  variantSuffix: string;
  /** Weight files, relative to the snapshot folder; for messages and memory planning. */
  weightFiles: string[];
  /** Upper limit wished for, in tokens; memory and the model may lower it. */
  contextLength: number;
  gpu: "auto" | "off";
  /** Threads for generation; 0 lets the engine choose. */
  threads: number;
}

/** `fraction` is 0…1 of the whole load. */
export interface LoadProgress {
  fraction: number;
}

export interface LoadedModel {
  architecture: string;
  /** What the context really holds, in tokens. */
  contextLength: number;
  /** What the model was trained for, in tokens. */
  trainedContextLength: number;
  /** Length of its vectors; 0 for a chat model. */
  embeddingLength: number;
  device: string;
  threads: number;
  loadMs: number;
}

export interface ChatTurn {
  role: "system" | "user" | "assistant";
  text: string;
}

export interface Sampling {
  temperature: number;
  topP: number;
  topK: number;
  minP: number;
  repeatPenalty: number;
  /** The same seed, prompt and settings give the same answer; undefined draws one. */
  seed?: number | undefined;
  /** Upper limit of generated tokens; 0 means until the context is full. */
  maxTokens: number;
}

export interface ChatParams {
  /** Ends with a user turn. */
  turns: ChatTurn[];
  sampling: Sampling;
}

export type ChatEvent =
  /** Prompt tokens evaluated so far, reused ones included. */
  { type: "prompt"; done: number; total: number } | { type: "text"; text: string };

export type StopReason = "end" | "max-tokens" | "context-full" | "aborted";

export interface ChatStatistics {
  promptTokens: number;
  /** Prompt tokens whose state was kept from an earlier request. */
  reusedTokens: number;
  evaluatedTokens: number;
  generatedTokens: number;
  /** From the arrival of the request to the first generated token; undefined when none came. */
  timeToFirstTokenMs?: number | undefined;
  /** Generated tokens after the first, per second; undefined below two tokens. */
  tokensPerSecond?: number | undefined;
  stopReason: StopReason;
}

export interface ChatResult extends ChatStatistics {
  text: string;
}

export interface EmbedParams {
  texts: string[];
}

export interface EmbedResult {
  /** Row-major, `texts.length` × `dimensions`. */
  vectors: Float32Array;
  dimensions: number;
}

/** A file, or the bytes of one. */
export type MediaSource = { path: string } | { name: string; bytes: Uint8Array };

export interface ImagesParams {
  images: MediaSource[];
}

/** One picture that could not be read; the others are not affected. */
export interface ImageFailure {
  /** Position in the request. */
  index: number;
  error: SerializedError;
}

export interface EmbedImagesResult extends EmbedResult {
  /** Their rows are zero. */
  failures: ImageFailure[];
}

export interface CaptionResult {
  /** One per picture; empty for those that failed. */
  captions: string[];
  failures: ImageFailure[];
}

export interface TranscribeParams {
  /** A WAV file, or mono samples at 16 kHz in -1…1. */
  audio: MediaSource | { samples: Float32Array };
  /** Such as `en`; undefined leaves it to the model. */
  language?: string | undefined;
}

export interface TranscriptSegment {
  startSeconds: number;
  endSeconds: number;
  text: string;
}

export type TranscribeEvent =
  /** Seconds of the recording that are done. */
  { type: "progress"; done: number; total: number } | { type: "segment"; segment: TranscriptSegment };

export interface TranscribeResult {
  text: string;
  segments: TranscriptSegment[];
}
