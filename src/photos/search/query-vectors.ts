import path from "node:path";
import { AppError, deserializeError } from "../../common/errors";
import type { MediaSource } from "../../protocol/engine";
import type { Store } from "../../store/store-client";
import type { ImageTextModel, TextModel } from "../models";
import type { QueryTerm } from "../query/parse-query";

const mostKept = 500;
const workspacePicture = /^file:(\d+)$/;

export interface QueryPictures {
  /** A picture that was dropped or pasted. */
  find(pictureId: string): { path: string } | undefined;
}

/** Stands for a picture of the workspace in queries. */
export function pictureIdOf(fileId: number): string {
  return `file:${fileId}`;
}

/** Vectors of what queries are made of. As a person types or changes a weight, most parts stay. */
export class QueryVectors {
  readonly #store: Store;
  readonly #pictures: QueryPictures;
  readonly #known = new Map<string, Float32Array>();

  constructor(store: Store, pictures: QueryPictures) {
    this.#store = store;
    this.#pictures = pictures;
  }

  /** One per term; unit length. */
  async ofTexts(model: TextModel, terms: readonly QueryTerm[], signal: AbortSignal): Promise<Float32Array[]> {
    const { fingerprint, dimensions } = model.space;
    const keyOf = (text: string) => JSON.stringify([fingerprint, "text", text]);
    const missing = [...new Set(terms.map(({ text }) => text))].filter(
      (text) => !this.#known.has(keyOf(text)),
    );
    if (missing.length > 0) {
      const vectors = await model.embedTexts(missing, { purpose: "query", priority: "interactive", signal });
      for (const [row, text] of missing.entries()) {
        this.#keep(keyOf(text), vectors.slice(row * dimensions, (row + 1) * dimensions));
      }
    }
    return terms.map(({ text }) => this.#get(keyOf(text)));
  }

  async ofPicture(model: ImageTextModel, pictureId: string, signal: AbortSignal): Promise<Float32Array> {
    const fileId = workspacePicture.exec(pictureId)?.[1];
    if (fileId !== undefined) {
      return this.#ofFile(model, Number(fileId), signal);
    }
    const key = JSON.stringify([model.space.fingerprint, "picture", pictureId]);
    if (!this.#known.has(key)) {
      const picture = this.#pictures.find(pictureId);
      if (!picture) {
        throw new AppError("file-missing", "A picture of this query is not there any more. Add it again.");
      }
      this.#keep(key, await embedPicture(model, picture, signal));
    }
    return this.#get(key);
  }

  /** The store has it, unless the picture is still to be indexed. */
  async #ofFile(model: ImageTextModel, fileId: number, signal: AbortSignal): Promise<Float32Array> {
    const stored = await this.#store.request("vectorOfFile", { space: model.space, fileId });
    if (stored) {
      return stored;
    }
    const [file] = await this.#store.request("getFiles", { fileIds: [fileId] });
    if (!file) {
      throw new AppError("file-missing", "A picture of this query is not there any more. Add it again.");
    }
    return embedPicture(model, { path: file.path }, signal);
  }

  #keep(key: string, vector: Float32Array): void {
    this.#known.set(key, vector);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= mostKept) {
        break;
      }
      this.#known.delete(oldest);
    }
  }

  #get(key: string): Float32Array {
    const vector = this.#known.get(key);
    if (!vector) {
      throw new AppError("internal", "A part of the query has no vector.");
    }
    this.#known.delete(key);
    this.#known.set(key, vector);
    return vector;
  }
}

async function embedPicture(
  model: ImageTextModel,
  picture: { path: string },
  signal: AbortSignal,
): Promise<Float32Array> {
  const image: MediaSource = { path: picture.path };
  const { vectors, failures } = await model.embedImages([image], { priority: "interactive", signal });
  const [failure] = failures;
  if (failure) {
    const { message, detail } = deserializeError(failure.error);
    throw new AppError(
      "file-error",
      "“{0}” cannot be searched for: {1}",
      [path.basename(picture.path), message],
      detail,
    );
  }
  return vectors;
}
