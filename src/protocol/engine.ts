import type { Sent } from "./sent-vectors";
import type { SerializedError } from "../common/errors";
import type { Method } from "./rpc";

/** The wire between the extension host and an engine process, which runs exactly one model. */
export type EngineWire = {
  load: Method<LoadParams, LoadedModel, LoadProgress>;
  chat: Method<ChatParams, ChatResult, ChatEvent>;
  /** Continues a text as it stands, without a chat template. */
  complete: Method<CompleteParams, ChatResult, ChatEvent>;
  /** Unit-length vectors, one per text. */
  embed: Method<EmbedParams, Sent<EmbedResult>>;
  /** Unit-length vectors, one per picture, in the space of `embed`. */
  embedImages: Method<ImagesParams, Sent<EmbedImagesResult>>;
  /** A sentence about each picture. */
  caption: Method<ImagesParams, CaptionResult>;
  /** What is said in a recording. */
  transcribe: Method<TranscribeParams, TranscribeResult, TranscribeEvent>;
  /** How well each document answers the query. */
  rerank: Method<RerankParams, RerankResult>;
  /** Several models share the processor's cores: from now on at most so many threads, where the engine can change it. */
  limitThreads: Method<{ most: number }, null>;
  /** What llama.cpp can use beside the processor; answered without a model. */
  graphics: Method<null, GraphicsInfo>;
  /** Writes a picture in another size and format; answered without a model. */
  convertPicture: Method<PictureConversion, null>;
  /** Answers at once unless native code holds the process. */
  ping: Method<null, null>;
  /** Passes through libuv's pool, where native work runs, so it is answered once that lets go. */
  probe: Method<null, ProcessUse>;
  /** Releases the model and ends the process. */
  shutdown: Method<null, null>;
};

export interface ProcessUse {
  /** Memory that is free again when the process ends, in bytes. */
  memoryBytes: number;
}

/** The engine asks nothing of the host. */
export type EngineHostWire = Record<never, never>;

export type EngineName = "llama" | "onnx";
/** What a deployed model is used for; `image-text` models embed texts and pictures alike. */
export type EngineTask = "chat" | "embedding" | "image-text" | "caption" | "speech" | "reranking";

/** Interactive requests go ahead of batch work; a person waits for them. */
export type Priority = "interactive" | "batch";

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
  /** `auto` takes the best that works, `off` the processor, a name (`cuda`, `vulkan`, `metal`) only that. */
  gpu: GpuChoice;
  /** Share of the graphics memory that may be used, 0…1. */
  vramShare: number;
  /** Layers to keep on the GPU; undefined leaves it to what fits. */
  gpuLayers?: number | undefined;
  /** Threads for generation and prompts alike; 0 lets the engine choose. */
  threads: number;
  /** What an earlier load measured on this machine, for `threads: 0`; undefined lets the engine measure. */
  measuredThreads?: MeasuredThreads | undefined;
}

/** The graphics devices that llama.cpp found on its own, without regard to the settings. */
export interface GraphicsInfo {
  /** Such as `CUDA`, `Vulkan` or `Metal`; undefined where no graphics device can be used. */
  backend?: string | undefined;
  deviceNames: string[];
  /** Bytes, of all devices together. */
  totalMemoryBytes: number;
  freeMemoryBytes: number;
  /** Whether it is the processor's own memory, as on Apple's chips. */
  isShared: boolean;
}

export type GpuChoice = "auto" | "off" | "cuda" | "vulkan" | "metal";

/** Thread counts that gave the most tokens per second. */
export interface MeasuredThreads {
  prompt: number;
  generation: number;
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
  /** Conversations whose state is kept at once. */
  sequences: number;
  device: string;
  /** Layers on the GPU; 0 on the processor. */
  gpuLayers: number;
  /** For generation. */
  threads: number;
  promptThreads: number;
  /** Set when this load measured them; worth remembering. */
  measuredThreads?: MeasuredThreads | undefined;
  loadMs: number;
  /** Libraries with their versions, such as `node-llama-cpp 3.22.1, llama.cpp v0.5.0`. */
  engineVersion: string;
  /** sha256 (hex) of the text of the chat template; undefined without one. */
  chatTemplateHash?: string | undefined;
}

export interface ChatTurn {
  role: "system" | "user" | "assistant";
  text: string;
  /** Functions that an assistant turn called, with what came back. */
  toolCalls?: AnsweredToolCall[] | undefined;
}

/** A function that the model may call. */
export interface Tool {
  name: string;
  description: string;
  /** Schema of its arguments, an object. */
  parameters: JsonSchema;
}

export interface ToolCall {
  name: string;
  arguments: unknown;
}

export interface AnsweredToolCall extends ToolCall {
  result: unknown;
}

/** A JSON schema (https://json-schema.org) as far as the engine supports it; others are refused. */
export type JsonSchema = Readonly<Record<string, unknown>>;

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
  /** Ends with a user turn, or with an assistant turn whose tool calls were answered. */
  turns: ChatTurn[];
  sampling: Sampling;
  /** Requests of one conversation keep their place in the context; undefined for a question of its own. */
  conversation?: string | undefined;
  /** `interactive` when left out. */
  priority?: Priority | undefined;
  /** The answer is JSON of this schema. */
  responseSchema?: JsonSchema | undefined;
  tools?: Tool[] | undefined;
  /** So many likeliest tokens are reported for each generated one; 0 when left out. */
  topLogprobs?: number | undefined;
  /**
   * What was asked before has no influence, down to the last bit: kept state is not reused and the prompt is
   * evaluated in parts of a fixed size. Holds when no other batch request runs beside it; slower.
   */
  reproducible?: boolean | undefined;
}

export interface CompleteParams {
  prompt: string;
  sampling: Sampling;
  /** Texts that end the completion and are not part of it. */
  stopTexts?: string[] | undefined;
  priority?: Priority | undefined;
  topLogprobs?: number | undefined;
}

export type ChatEvent =
  /** Prompt tokens evaluated so far, reused ones included. */
  { type: "prompt"; done: number; total: number } | { type: "text"; text: string };

export type StopReason = "end" | "tool-calls" | "max-tokens" | "context-full" | "aborted";

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
  /** What the model asks to be called; with the stop reason `tool-calls`. */
  toolCalls?: ToolCall[] | undefined;
  /** One per generated token, when asked for. */
  logprobs?: TokenLogprobs[] | undefined;
}

export interface TokenLogprobs {
  text: string;
  /**
   * Natural logarithm of the probability: of the ONNX engine before sampling, of llama.cpp after the repeat
   * penalty and, above temperature 0, after temperature and filters.
   */
  logprob: number;
  /** Likeliest first. */
  top: { text: string; logprob: number }[];
}

export interface EmbedParams {
  texts: string[];
  /** Many families embed questions and what is searched with different prefixes; `document` when left out. */
  purpose?: "query" | "document" | undefined;
  priority?: Priority | undefined;
}

export interface EmbedResult {
  /** Row-major, `texts.length` × `dimensions`. */
  vectors: Float32Array;
  dimensions: number;
}

/** A file, or the bytes of one. */
export type MediaSource = { path: string } | { name: string; bytes: Uint8Array };

export interface PictureConversion {
  /** A file. */
  source: string;
  /** What to call it in errors. */
  name: string;
  /** Appears complete or not at all; one that is there already stays. */
  target: string;
  /** Pixels. Smaller pictures keep their size; drawings (SVG) are enlarged in `webp`, which is for showing them. */
  longestSide: number;
  format: "webp" | "png";
}

export interface ImagesParams {
  images: MediaSource[];
  priority?: Priority | undefined;
}

/** One picture that could not be read; the others are not affected. */
export interface ImageFailure {
  /** Position in the request. */
  index: number;
  error: SerializedError;
}

export interface EmbedImagesResult extends EmbedResult {
  /** One per picture; zero for those that failed. */
  sizes: PictureSize[];
  /** Their rows are zero. */
  failures: ImageFailure[];
}

/** Pixels of the picture as it is shown: upright, and before the model's own resizing. */
export interface PictureSize {
  width: number;
  height: number;
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
  priority?: Priority | undefined;
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

export interface RerankParams {
  query: string;
  documents: string[];
  priority?: Priority | undefined;
}

export interface RerankResult {
  /** One per document, 0…1; higher answers better. */
  scores: number[];
}
