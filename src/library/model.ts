import type { EngineName } from "../protocol/engine";

/** What a model is for; decides its group in the tree and what may use it. */
export type ModelKind = (typeof modelKinds)[number];

/** In the order in which they are shown. */
export const modelKinds = [
  "chat",
  "embedding",
  "image-text",
  "caption",
  "speech",
  "reranking",
  "other",
] as const;

/** `org/name` on the hub. */
export type RepoId = string;

/**
 * One loadable choice of a repository: a GGUF file (or its parts), or one precision of an ONNX model.
 * `files` are paths inside the repository, everything that loading needs included.
 */
export interface ModelVariant {
  /** Short name for a list: `Q4_K_M`, `fp16`. */
  label: string;
  engine: EngineName;
  /** The file that identifies the variant: the (first) GGUF file or the main ONNX file. */
  primaryFile: string;
  files: RemoteFile[];
  /** Bytes of all files together. */
  sizeBytes: number;
}

/** A file of a repository as the hub lists it. */
export interface RemoteFile {
  path: string;
  sizeBytes: number;
  /** sha256 (hex) of an LFS file's content. */
  sha256?: string | undefined;
  /** Git blob sha1 (hex) of a plain file's content; not set for LFS files, whose pointer it would name. */
  gitSha1?: string | undefined;
}

/** A complete model on disk. */
export interface DownloadedModel {
  /** `org/name/primaryFile`: stable across restarts, unique in the library. */
  id: string;
  repoId: RepoId;
  revision: string;
  /** Display name, such as `Qwen2.5 1.5B Instruct`. */
  name: string;
  variantLabel: string;
  kind: ModelKind;
  engine: EngineName;
  primaryFile: string;
  /** Absolute path of the primary file in the snapshot. */
  primaryPath: string;
  /** Absolute path of the snapshot folder. */
  snapshotPath: string;
  /** Relative to the snapshot. */
  weightFiles: string[];
  sizeBytes: number;
  isDemo: boolean;
}

/** Tells a model's quantizations apart: `Qwen2.5 1.5B Instruct Q4_K_M`. */
export function fullName({ name, variantLabel }: Pick<DownloadedModel, "name" | "variantLabel">): string {
  return `${name} ${variantLabel}`.trim();
}

/** A download that was begun and is not complete. */
export interface PartialModel {
  id: string;
  repoId: RepoId;
  revision: string;
  name: string;
  variantLabel: string;
  kind: ModelKind;
  primaryFile: string;
  doneBytes: number;
  totalBytes: number;
  /** Set while this window is downloading it. */
  activity?: PullProgress | undefined;
}

export type PullPhase = "resolving" | "downloading" | "verifying" | "ready";

export interface PullProgress {
  phase: PullPhase;
  doneBytes: number;
  totalBytes: number;
  /** Over the last seconds; 0 while unknown. */
  bytesPerSecond: number;
  /** Seconds left; undefined while unknown. */
  secondsLeft?: number | undefined;
  /** File being fetched or verified. */
  file?: string | undefined;
}

/** An entry of `models/catalogue.json`: a model worth recommending. */
export interface CatalogueEntry {
  repoId: RepoId;
  name: string;
  kind: ModelKind;
  /** One plain sentence. */
  description: string;
  /** File recommended for most machines. */
  primaryFile: string;
  /** Bytes to download. */
  sizeBytes: number;
  /** Memory for the loaded model with its default context, bytes. */
  memoryBytes: number;
  license: string;
  parameters: string;
  /** Tokens. */
  contextLength: number;
  /** A model trained for this project's demo workspace: says so wherever it is shown. */
  isDemo?: boolean;
  /** False for a model that comes with a workspace and is on no hub, so it is never recommended. */
  onHub?: boolean;
}

/** What to download. */
export interface PullRequest {
  repoId: RepoId;
  /** The variant's primary file; without it the best variant for this machine is chosen. */
  primaryFile?: string | undefined;
  /** Branch, tag or commit; `main` when left out. */
  revision?: string | undefined;
}

/** What the hub says of one repository: enough for a person to choose what to pull. */
export interface ModelDetails {
  repoId: RepoId;
  name: string;
  /** The revision asked for, and the commit it stands for. */
  revision: string;
  commit: string;
  kind: ModelKind;
  /** The publisher wants terms accepted on `pageUrl` first. */
  isGated: boolean;
  pageUrl: string;
  license?: string | undefined;
  downloads: number;
  likes: number;
  /** Smallest first. */
  variants: ModelVariant[];
  /** One of `variants`; undefined when none fits this machine. */
  recommended?: ModelVariant | undefined;
}

/** One hit of a search on the hub. */
export interface HubSearchResult {
  repoId: RepoId;
  name: string;
  kind: ModelKind;
  isGated: boolean;
  downloads: number;
  likes: number;
}

/** What the library holds, as the tree shows it. */
export interface LibraryContent {
  /** Fit this machine and are not here yet; best first. */
  recommended: CatalogueEntry[];
  downloaded: DownloadedModel[];
  partial: PartialModel[];
}

export interface MachineInfo {
  cores: number;
  /** Physical memory, or the limit of the container. */
  totalMemoryBytes: number;
  /** What a new process could use without swapping. */
  freeMemoryBytes: number;
  platform: string;
  arch: string;
}
