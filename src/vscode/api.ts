import { AppError } from "../common/errors";
import type { Deployments } from "../engine/deployments";
import type { Library } from "../library/library";
import type { DownloadedModel, ModelKind, PullProgress } from "../library/model";
import type {
  CaptionResult,
  ChatStatistics,
  ChatTurn,
  EmbedImagesResult,
  MediaSource,
  TranscribeResult,
} from "../protocol/engine";
import { type Deployer, requireTrust } from "./deploy";
import type { ModelConfigurations } from "./model-configurations";
import type { Photos } from "./photos/photos";

/** A model as other extensions see it. */
export interface ApiModel {
  /** `org/name/file`. */
  id: string;
  name: string;
  kind: ModelKind;
  state: "stopped" | "loading" | "running" | "restarting" | "stopping" | "failed";
}

/** A picture of the workspace as other extensions see it. */
export interface ApiPicture {
  /** Absolute. */
  path: string;
  caption: string | undefined;
  /** Cosine with the query, -1…1; undefined where it was found by its name or caption only. */
  score: number | undefined;
  /** Whether it stands out from the other pictures; there may be none that does. */
  isLikely: boolean;
}

/**
 * What this extension offers to others:
 * `vscode.extensions.getExtension("local-models.local-models")?.activate()`.
 * Errors are `Error`s whose message is a sentence for a person.
 */
export interface LocalModelsApi {
  /** Downloaded models. */
  models(): ApiModel[];
  /** Downloads a file of a repository; resolves with the model's id. */
  pull(
    repoId: string,
    file: string,
    options?: { signal?: AbortSignal; onProgress?: (progress: PullProgress) => void },
  ): Promise<string>;
  /** Loads a downloaded model; true when it runs. */
  deploy(modelId: string): Promise<boolean>;
  stop(modelId: string): Promise<void>;
  /** Lets a running chat model answer, with the sampling that the person set for it. */
  chat(
    modelId: string,
    turns: ChatTurn[],
    options?: { signal?: AbortSignal; onText?: (text: string) => void },
  ): Promise<{ text: string; statistics: ChatStatistics }>;
  /** Unit-length vectors from a running embedding model. */
  embed(modelId: string, texts: string[], options?: { signal?: AbortSignal }): Promise<Float32Array[]>;
  /** Unit-length vectors from a running image-text model, in the space of `embed`. */
  embedImages(
    modelId: string,
    images: MediaSource[],
    options?: { signal?: AbortSignal },
  ): Promise<EmbedImagesResult>;
  /** A sentence per picture from a running caption model. */
  caption(modelId: string, images: MediaSource[], options?: { signal?: AbortSignal }): Promise<CaptionResult>;
  /** What is said in a WAV file, from a running speech model. */
  transcribe(
    modelId: string,
    audio: MediaSource,
    options?: { signal?: AbortSignal; language?: string },
  ): Promise<TranscribeResult>;
  /** The indexed pictures of the workspace that the words describe best, best first; 20 where no limit is set. */
  searchPictures(query: string, options?: { signal?: AbortSignal; limit?: number }): Promise<ApiPicture[]>;
}

export function createApi(
  library: Library,
  deployments: Deployments,
  deployer: Deployer,
  configurations: ModelConfigurations,
  photos: Photos,
): LocalModelsApi {
  const downloaded = (modelId: string): DownloadedModel => {
    const model = library.find(modelId);
    if (!model) {
      throw new AppError("unknown-model", "There is no downloaded model “{0}”.", [modelId]);
    }
    return model;
  };
  return {
    models: () =>
      library.content().downloaded.map(({ id, name, kind }) => ({
        id,
        name,
        kind,
        state: deployments.get(id)?.status.state ?? "stopped",
      })),
    pull: async (repoId, file, { signal, onProgress } = {}) => {
      requireTrust();
      const pulling = library.pull({ repoId, primaryFile: file }, signal ?? new AbortController().signal);
      for (;;) {
        const step = await pulling.next();
        if (step.done) {
          return step.value.id;
        }
        onProgress?.(step.value);
      }
    },
    deploy: async (modelId) => deployer.deploy(downloaded(modelId)),
    stop: (modelId) => deployments.stop(modelId),
    chat: async (modelId, turns, { signal, onText } = {}) => {
      const params = { turns, sampling: await configurations.sampling(modelId) };
      const { text, ...statistics } = await deployments.chat(modelId, params, {
        signal,
        onEvent: (event) => {
          if (event.type === "text") {
            onText?.(event.text);
          }
        },
      });
      return { text, statistics };
    },
    embed: async (modelId, texts, { signal } = {}) => {
      const { vectors, dimensions } = await deployments.embed(modelId, { texts }, { signal });
      return texts.map((_, row) => vectors.slice(row * dimensions, (row + 1) * dimensions));
    },
    embedImages: (modelId, images, { signal } = {}) =>
      deployments.embedImages(modelId, { images }, { signal }),
    caption: (modelId, images, { signal } = {}) => deployments.caption(modelId, { images }, { signal }),
    transcribe: (modelId, audio, { signal, language } = {}) =>
      deployments.transcribe(modelId, { audio, language }, { signal }),
    searchPictures: async (text, { signal = new AbortController().signal, limit = 20 } = {}) => {
      const found = await photos.find(text, limit, signal);
      return found.map(({ path, caption, score, isLikely }) => ({ path, caption, score, isLikely }));
    },
  };
}
