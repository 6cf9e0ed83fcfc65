import assert from "node:assert/strict";
import { copyFileSync, readdirSync, renameSync } from "node:fs";
import path from "node:path";
import sharp from "sharp";
import type { DeployTarget } from "../../src/engine/deployments";
import { defaultTiming } from "../../src/engine/timing";
import type { PhotoIndexer } from "../../src/photos/index/photo-indexer";
import { type ImageTextModel, type PhotoModels, RunningPhotoModels } from "../../src/photos/models";
import { hostilePictures } from "../fixtures/photos/hostile-pictures";
import { IndexedWorkspace } from "../fixtures/photos/indexing";
import { newDeployments, onnxTarget, repoRoot, until } from "../support/engines";

const dist = (name: string) => path.join(repoRoot, "dist", name);
const demoPictures = path.join(repoRoot, "demo-workspace/pictures");
const imageText: DeployTarget = {
  ...onnxTarget("demo-image-text-onnx", "image-text", ["text_model", "vision_model"]),
  id: "image-text",
};
const captioner: DeployTarget = {
  ...onnxTarget("demo-captioner-onnx", "caption", ["encoder_model", "decoder_model_merged"]),
  id: "captioner",
};
const sentences: DeployTarget = {
  ...onnxTarget("demo-sentence-onnx", "embedding", ["model"]),
  id: "sentences",
};

/** The models that run, with an eye on what is asked of the one for pictures. */
class WatchedModels extends RunningPhotoModels implements PhotoModels {
  requested: string[] = [];
  onRequest: (names: string[]) => void = () => {};

  override imageText(): ImageTextModel | undefined {
    const model = super.imageText();
    return (
      model && {
        ...model,
        embedImages: (images, options) => {
          const names = images.flatMap((image) => ("path" in image ? [path.basename(image.path)] : []));
          const result = model.embedImages(images, options);
          if (names.length > 0) {
            this.requested.push(...names);
            this.onRequest(names);
          }
          return result;
        },
      }
    );
  }
}

describe("indexing pictures with the demo models", function () {
  this.timeout(120_000);
  const deployments = newDeployments({ timing: { ...defaultTiming, restartPausesMs: [20, 20, 20] } });
  let workspace: IndexedWorkspace;
  let models: WatchedModels;

  beforeEach(() => {
    workspace = new IndexedWorkspace({
      workerPath: dist("store-worker.js"),
      wasmPath: dist("sql-wasm.wasm"),
      kernelPath: dist("vector-kernel.wasm"),
      scannerPath: dist("photo-scanner.js"),
    });
    models = new WatchedModels(deployments);
  });
  afterEach(() => workspace.dispose());
  after(() => deployments.dispose());

  /** Anew, when a test before this one used up its restarts. */
  async function redeploy(target: DeployTarget): Promise<void> {
    await deployments.stop(target.id);
    await deployments.deploy(target);
  }
  const killEngine = (signal: NodeJS.Signals = "SIGSEGV") =>
    process.kill(deployments.get(imageText.id)!.processId!, signal);
  const searchable = async () =>
    (await workspace.store.request("countMedia", { space: models.imageText()!.space })).searchable;

  function putDemoPictures(folder: string, count: number): void {
    for (const name of readdirSync(path.join(demoPictures, folder)).slice(0, count)) {
      copyFileSync(path.join(demoPictures, folder, name), path.join(workspace.pictures, name));
    }
  }

  /** So many different ones. */
  async function putPlain(count: number): Promise<void> {
    for (let number = 0; number < count; number++) {
      const background = { r: number % 256, g: (number * 7) % 256, b: (number * 31) % 256 };
      const picture = sharp({ create: { width: 64, height: 48, channels: 3, background } });
      workspace.put(`${number}.png`, await picture.png().toBuffer());
    }
  }

  async function nearestTo(text: string, space = models.imageText()!): Promise<string[]> {
    const signal = new AbortController().signal;
    const query = await space.embedTexts([text], { purpose: "query", priority: "interactive", signal });
    const hits = await workspace.store.request("searchMedia", {
      space: space.space,
      query,
      filter: {},
      limit: 3,
    });
    const files = await workspace.store.request("getFiles", { fileIds: [...hits.fileIds] });
    return files.map(({ path: file }) => path.basename(file));
  }

  it("finds pictures by what they show and by what the captioner wrote about them", async () => {
    await Promise.all([imageText, captioner, sentences].map(redeploy));
    putDemoPictures("winter", 12);
    putDemoPictures("sea", 12);
    const turned = await sharp(path.join(demoPictures, "winter/DSC00404.jpg"))
      .rotate(90)
      .withMetadata({ orientation: 8 })
      .jpeg()
      .toBuffer({ resolveWithObject: true });
    workspace.put("turned.jpg", turned.data);
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    assert.deepEqual(indexer.state, { type: "ready" });
    const files = await workspace.files();
    assert.equal(files.size, 25);
    const { width, height } = files.get("turned.jpg")!;
    assert.deepEqual([width, height], [turned.info.height, turned.info.width]);

    let first = 0;
    for (const [name, { caption, captionBy }] of files) {
      assert.ok(caption, name);
      assert.equal(captionBy, captioner.name);
      const [found] = await nearestTo(caption);
      first += found === name || files.get(found!)!.caption === caption ? 1 : 0;
      const alike = await nearestTo(caption, models.textEmbedding() as ImageTextModel);
      assert.equal(files.get(alike[0]!)!.caption, caption, name);
    }
    assert.ok(first >= 15, `${first} of 25 captions find their own picture first`);

    models.requested = [];
    renameSync(path.join(workspace.pictures, "turned.jpg"), path.join(workspace.pictures, "renamed.jpg"));
    copyFileSync(path.join(workspace.pictures, "renamed.jpg"), path.join(workspace.pictures, "copy.jpg"));
    await indexer.start();
    assert.deepEqual(models.requested, []);
    assert.equal(await searchable(), 26);
    assert.equal((await workspace.files()).get("copy.jpg")!.caption, files.get("turned.jpg")!.caption);
    await Promise.all([deployments.stop(captioner.id), deployments.stop(sentences.id)]);
  });

  it("bears hostile pictures: each is indexed or listed with its reason", async () => {
    await redeploy(imageText);
    const { processId } = deployments.get(imageText.id)!;
    const pictures = await hostilePictures();
    for (const [name, { bytes }] of pictures) {
      workspace.put(name, bytes);
    }
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    assert.deepEqual(indexer.state, { type: "ready" });
    const problems = await workspace.problems();
    const unreadable = [...pictures].filter(([, { isReadable }]) => !isReadable).map(([name]) => name);
    assert.deepEqual([...problems.keys()].sort(), unreadable.sort());
    for (const [name, problem] of problems) {
      const { code, template, args } = JSON.parse(problem) as {
        code: string;
        template: string;
        args: string[];
      };
      assert.equal(code, "invalid-input", name);
      assert.match(template, /cannot be read as a picture/);
      assert.equal(args[0], name);
    }
    assert.equal(await searchable(), pictures.size - unreadable.length);
    assert.equal(deployments.get(imageText.id)!.processId, processId, "The engine crashed.");
  });

  it("goes on where it was when the engine is killed in the middle", async () => {
    await redeploy(imageText);
    await putPlain(120);
    let kills = 0;
    models.onRequest = () => {
      if (models.requested.length > 30 && kills === 0) {
        kills++;
        killEngine("SIGKILL");
      }
    };
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    assert.equal(kills, 1);
    assert.deepEqual(indexer.state, { type: "ready" });
    assert.equal(await searchable(), 120);
    assert.deepEqual(await workspace.problems(), new Map());
    assert.ok(models.requested.length <= 120 + 64, String(models.requested.length));
  });

  it("finds the picture that crashes the engine, and indexes all others", async () => {
    await redeploy(imageText);
    await putPlain(60);
    models.onRequest = (names) => {
      if (names.includes("37.png")) {
        killEngine();
      }
    };
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    assert.deepEqual(indexer.state, { type: "ready" });
    assert.deepEqual([...(await workspace.problems()).keys()], ["37.png"]);
    assert.equal(await searchable(), 59);
  });

  it("waits when the model is stopped in the middle, and goes on when it runs again", async () => {
    await redeploy(imageText);
    await putPlain(100);
    let stopped: Promise<void> | undefined;
    models.onRequest = () => {
      if (models.requested.length > 20) {
        models.onRequest = () => {};
        stopped = deployments.stop(imageText.id);
      }
    };
    const indexer = workspace.newIndexer(models);
    await indexer.start();
    assert.equal(indexer.state.type, "needsModel");
    await stopped;
    await deployments.deploy(imageText);
    await until(() => indexer.state.type === "ready", "the rest", 60_000);
    assert.equal(await searchable(), 100);
  });

  it("pauses, resumes and is cancelled at any moment", async () => {
    await redeploy(imageText);
    await putPlain(150);
    const indexer = workspace.newIndexer(models);
    let running = indexer.start();
    for (const waitMs of [0, 5, 150, 20, 80, 200]) {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      if (isResting(indexer)) {
        break;
      }
      indexer.pause();
      await running;
      assert.equal(indexer.state.type, "paused");
      running = indexer.resume();
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    indexer.cancel();
    await running;
    await until(() => isResting(indexer), "the end");
    const kept = await searchable();
    await indexer.start();
    assert.deepEqual(indexer.state, { type: "ready" });
    assert.equal(await searchable(), 150);
    assert.ok(kept <= 150);
  });
});

function isResting({ state }: PhotoIndexer): boolean {
  return state.type === "ready" || state.type === "none";
}
