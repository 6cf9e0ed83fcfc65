import type { Event } from "../common/event";
import { notRunning } from "../engine/deployment";
import type { Deployment, Deployments } from "../engine/deployments";
import type { CaptionResult, EmbedImagesResult, MediaSource, Priority } from "../protocol/engine";
import type { VectorSpace } from "../protocol/store-media";

/** What photo search needs of running models. They come and go: ask anew each time. */
export interface PhotoModels {
  /** Texts and pictures in one space; undefined while none runs. */
  imageText(): ImageTextModel | undefined;
  captioner(): CaptionModel | undefined;
  /** For captions. */
  textEmbedding(): TextModel | undefined;
  readonly onDidChange: Event<unknown>;
}

interface Model {
  id: string;
  name: string;
  isDemo: boolean;
}

export interface TextModel extends Model {
  space: VectorSpace;
  /** One unit-length vector per text, row-major. */
  embedTexts(texts: string[], options: TextOptions): Promise<Float32Array>;
}

export interface ImageTextModel extends TextModel {
  embedImages(images: MediaSource[], options: RequestOptions): Promise<EmbedImagesResult>;
}

export interface CaptionModel extends Model {
  caption(images: MediaSource[], options: RequestOptions): Promise<CaptionResult>;
}

interface RequestOptions {
  priority: Priority;
  signal: AbortSignal;
}

interface TextOptions extends RequestOptions {
  purpose: "query" | "document";
}

/** The models that run on this machine; of several of a kind the one deployed first. */
export class RunningPhotoModels implements PhotoModels {
  readonly #deployments: Deployments;
  readonly onDidChange: Event<unknown>;

  constructor(deployments: Deployments) {
    this.#deployments = deployments;
    this.onDidChange = deployments.onDidChange;
  }

  imageText(): ImageTextModel | undefined {
    const deployment = this.#running("image-text");
    return (
      deployment && {
        ...this.#textModel(deployment),
        embedImages: (images, { priority, signal }) =>
          this.#deployments.embedImages(deployment.target.id, { images, priority }, { signal }),
      }
    );
  }

  captioner(): CaptionModel | undefined {
    const deployment = this.#running("caption");
    return (
      deployment && {
        ...modelOf(deployment),
        caption: (images, { priority, signal }) =>
          this.#deployments.caption(deployment.target.id, { images, priority }, { signal }),
      }
    );
  }

  textEmbedding(): TextModel | undefined {
    const deployment = this.#running("embedding");
    return deployment && this.#textModel(deployment);
  }

  #running(task: "image-text" | "caption" | "embedding"): Deployment | undefined {
    return this.#deployments
      .list()
      .find(({ target, status }) => target.load.task === task && status.state === "running");
  }

  #textModel(deployment: Deployment): TextModel {
    return {
      ...modelOf(deployment),
      space: spaceOf(deployment),
      embedTexts: async (texts, { purpose, priority, signal }) => {
        const params = { texts, purpose, priority };
        return (await this.#deployments.embed(deployment.target.id, params, { signal })).vectors;
      },
    };
  }
}

function modelOf({ target: { id, name, isDemo } }: Deployment): Model {
  return { id, name, isDemo };
}

function spaceOf({ target, status }: Deployment): VectorSpace {
  if (status.state !== "running") {
    throw notRunning();
  }
  return { fingerprint: `${target.id}@${target.revision}`, dimensions: status.loaded.embeddingLength };
}
