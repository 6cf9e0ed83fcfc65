import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { silentLogger } from "../../src/common/logger";
import type { Deployments } from "../../src/engine/deployments";
import { type PhotoModels, RunningPhotoModels } from "../../src/photos/models";
import { runScan } from "../../src/photos/scan/run-scan";
import { PhotoSearch } from "../../src/photos/search/photo-search";
import { UnusedPictures } from "../../src/photos/search/unused-pictures";
import type { PhotoQuery } from "../../src/protocol/photos-view";
import { Store } from "../../src/store/store-client";
import { newDeployments, onnxTarget, repoRoot } from "./engines";

const dist = (name: string) => path.join(repoRoot, "dist", name);
const picturesAtOnce = 64;
export const never = new AbortController().signal;

/** The product's parts around a folder of pictures: store, engines with demo models, and search. */
export class PhotoIndex {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), "local-models-photos-"));
  readonly store: Store;
  readonly deployments: Deployments = newDeployments();
  readonly models: PhotoModels = new RunningPhotoModels(this.deployments);
  readonly search: PhotoSearch;
  readonly unused: UnusedPictures;
  /** What stands for dropped pictures in queries, with their paths. */
  readonly dropped = new Map<string, { path: string }>();

  constructor(readonly pictures: string) {
    const place = { workerPath: dist("store-worker.js"), wasmPath: dist("sql-wasm.wasm") };
    const kernelPath = dist("vector-kernel.wasm");
    this.store = new Store({ directory: path.join(this.folder, "store"), kernelPath, ...place });
    this.unused = new UnusedPictures({
      store: this.store,
      roots: () => Promise.resolve([{ folder: pictures, excluded: [] }]),
      workerPath: dist("picture-mentions.js"),
      logger: silentLogger,
    });
    this.search = new PhotoSearch({
      store: this.store,
      models: this.models,
      folders: () => [{ name: path.basename(pictures), path: pictures }],
      queryPictures: { find: (pictureId) => this.dropped.get(pictureId) },
      unused: this.unused,
      logger: silentLogger,
    });
  }

  async deploy(...tasks: ("image-text" | "caption" | "embedding")[]): Promise<void> {
    const parts = {
      "image-text": ["demo-image-text-onnx", ["text_model", "vision_model"]],
      caption: ["demo-captioner-onnx", ["encoder_model", "decoder_model_merged"]],
      embedding: ["demo-sentence-onnx", ["model"]],
    } as const;
    await Promise.all(
      tasks.map((task) =>
        this.deployments.deploy({ ...onnxTarget(parts[task][0], task, [...parts[task][1]]), id: task }),
      ),
    );
  }

  async scan(): Promise<void> {
    const request = { roots: [{ folder: this.pictures, excluded: [] }] };
    const workerPath = dist("photo-scanner.js");
    await runScan(request, { workerPath, store: this.store, signal: never, onProgress: () => {} });
  }

  /** What is new becomes searchable by its looks. */
  async embed(): Promise<void> {
    const model = this.models.imageText()!;
    for (;;) {
      const params = { space: model.space, afterId: 0, limit: picturesAtOnce };
      const pending = await this.store.request("listPending", params);
      if (pending.length === 0) {
        return;
      }
      const images = pending.map((each) => ({ path: each.path }));
      const { vectors, failures } = await model.embedImages(images, { priority: "batch", signal: never });
      if (failures.length > 0) {
        throw new Error(`Not embedded: ${JSON.stringify(failures)}`);
      }
      const contents = pending.map(({ contentId }) => ({ contentId, width: 4, height: 3 }));
      await this.store.request("recordEmbedded", { space: model.space, vectors, contents, problems: [] });
    }
  }

  /** Captions of the first pictures without one, by the captioner, and their vectors. */
  async caption(limit: number): Promise<void> {
    const [captioner, texts] = [this.models.captioner()!, this.models.textEmbedding()!];
    const pending = await this.store.request("listUncaptioned", { afterId: 0, limit });
    const images = pending.map((each) => ({ path: each.path }));
    const written = await captioner.caption(images, { priority: "batch", signal: never });
    const captions = pending.map(({ contentId }, at) => ({ contentId, caption: written.captions[at]! }));
    await this.store.request("recordCaptions", { by: captioner.name, captions });
    const options = { purpose: "document", priority: "batch", signal: never } as const;
    const vectors = await texts.embedTexts(
      captions.map(({ caption }) => caption),
      options,
    );
    await this.store.request("recordCaptionVectors", { space: texts.space, vectors, captions });
  }

  async close(): Promise<void> {
    this.search.dispose();
    this.unused.dispose();
    await this.deployments.dispose();
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function photoQuery(text: string, change: Partial<PhotoQuery> = {}): PhotoQuery {
  return { text, pictures: [], filter: {}, sort: "relevance", view: "all", ...change };
}
