import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os, { tmpdir } from "node:os";
import path from "node:path";
import sharp from "sharp";
import type { MediaSource } from "../../src/protocol/engine";
import { dot, newDeployments, onnxTarget, readLines, repoRoot, rowOf } from "../support/engines";
import { onnxFolderTarget, temporaryModel } from "../support/onnx-models";
import { tinySiglipPositions, writeTinySiglip } from "../support/tiny-models/siglip";

const sheet = path.join(repoRoot, "scripts/demo-models/image-text/heldout.webp");

interface Scene {
  caption: string;
  box: [left: number, top: number, width: number, height: number];
}

/** The demo image-text model, on scenes that its training never saw. */
describe("a deployed image-text model", function () {
  this.timeout(60_000);
  const deployments = newDeployments();
  const scenes = readLines<Scene>("image-text/heldout.jsonl");
  let cut: (box: Scene["box"]) => Promise<Buffer>;
  const folder = mkdtempSync(path.join(tmpdir(), "local-models-pictures-"));

  before(async () => {
    const { data, info } = await sharp(sheet).raw().toBuffer({ resolveWithObject: true });
    cut = ([left, top, width, height]) =>
      sharp(data, { raw: info }).extract({ left, top, width, height }).png().toBuffer();
    await deployments.deploy(
      onnxTarget("demo-image-text-onnx", "image-text", ["text_model", "vision_model"]),
    );
  });
  after(async () => {
    await deployments.dispose();
    rmSync(folder, { recursive: true });
  });

  const vectorsOf = async (images: MediaSource[]) => {
    const { vectors, dimensions, failures } = await deployments.embedImages("model", { images });
    return { rows: images.map((_, row) => rowOf(vectors, dimensions, row)), failures };
  };

  it("reads every format and orientation alike, transparency as white", async () => {
    const { box } = scenes[0]!;
    const picture = sharp(await cut(box));
    const files: Record<string, Buffer> = {
      "a b.png": await picture.clone().png().toBuffer(),
      "ü😀.jpg": await picture.clone().jpeg({ quality: 95 }).toBuffer(),
      "it's.webp": await picture.clone().webp({ lossless: true }).toBuffer(),
      "c.gif": await picture.clone().gif().toBuffer(),
      "d.tiff": await picture.clone().tiff().toBuffer(),
      "e.avif": await picture.clone().avif({ quality: 90 }).toBuffer(),
      "turned.jpg": await picture.clone().rotate(90).withMetadata({ orientation: 8 }).jpeg().toBuffer(),
    };
    const sources = Object.entries(files).map(([name, bytes]) => {
      writeFileSync(path.join(folder, name), bytes);
      return { path: path.join(folder, name) };
    });
    const { rows, failures } = await vectorsOf(sources);
    assert.deepEqual(failures, []);
    for (const [index, row] of rows.entries()) {
      assert.ok(Math.abs(dot(row, row) - 1) < 1e-5);
      assert.ok(dot(rows[0]!, row) > 0.9, `${path.basename(sources[index]!.path)}: ${dot(rows[0]!, row)}`);
    }
    const blank = await sharp({ create: { width: 9, height: 9, channels: 4, background: "#0000" } })
      .png()
      .toBuffer();
    const white = await sharp({ create: { width: 9, height: 9, channels: 3, background: "#fff" } })
      .png()
      .toBuffer();
    const both = await vectorsOf([blank, white].map((bytes) => ({ name: "blank.png", bytes })));
    assert.ok(dot(both.rows[0]!, both.rows[1]!) > 0.9999);
  });

  it("reports the pictures it cannot read and goes on with the others", async () => {
    const good = await cut(scenes[1]!.box);
    const png = await sharp({ create: { width: 1, height: 1, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    const jpeg = await sharp(good).jpeg().toBuffer();
    const { rows, failures } = await vectorsOf([
      { name: "text.jpg", bytes: Buffer.from("not a picture") },
      { name: "good.png", bytes: good },
      { name: "empty.png", bytes: new Uint8Array() },
      { name: "cut.jpg", bytes: jpeg.subarray(0, jpeg.length / 2) },
      { name: "pixel.png", bytes: png },
      { path: path.join(folder, "gone.png") },
      {
        name: "huge.svg",
        bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="30000" height="30000"/>'),
      },
    ]);
    assert.deepEqual(
      failures.map(({ index, error }) => [index, error.code]),
      [
        [0, "invalid-input"],
        [2, "invalid-input"],
        [3, "invalid-input"],
        [5, "file-missing"],
        [6, "invalid-input"],
      ],
    );
    assert.match(failures[0]!.error.template, /cannot be read as a picture/);
    for (const [index, row] of rows.entries()) {
      const failed = failures.some((failure) => failure.index === index);
      assert.ok(Math.abs(dot(row, row) - (failed ? 0 : 1)) < 1e-5);
    }
  });

  it("stops between batches when it is cancelled, and then works on", async () => {
    const bytes = await cut(scenes[2]!.box);
    const images = Array.from({ length: 2000 }, () => ({ name: "same.png", bytes }));
    const controller = new AbortController();
    const request = deployments.embedImages("model", { images }, { signal: controller.signal });
    setTimeout(() => controller.abort(), 300);
    await assert.rejects(request, { code: "aborted" });
    assert.deepEqual((await vectorsOf([{ name: "same.png", bytes }])).failures, []);
  });

  it("gives the same vectors where decoding and the model take turns on all cores", async () => {
    const bytes = await Promise.all(scenes.slice(0, 70).map(({ box }) => cut(box)));
    bytes[40] = Buffer.from("not a picture");
    const images = bytes.map((content, index) => ({ name: `${index}.png`, bytes: content }));
    const expected = await vectorsOf(images);
    const target = onnxTarget("demo-image-text-onnx", "image-text", ["text_model", "vision_model"]);
    const onAllCores = newDeployments();
    try {
      await onAllCores.deploy({
        ...target,
        load: { ...target.load, threads: os.availableParallelism() },
      });
      const request = onAllCores.embedImages("model", { images });
      const words = await onAllCores.embed("model", { texts: ["a red circle"] });
      assert.ok(words.dimensions > 0);
      const { vectors, dimensions, failures } = await request;
      assert.deepEqual(
        failures.map(({ index }) => index),
        [40],
      );
      for (const index of images.keys()) {
        const similarity = dot(expected.rows[index]!, rowOf(vectors, dimensions, index));
        assert.ok(Math.abs(similarity - (index === 40 ? 0 : 1)) < 1e-4, `${index}: ${similarity}`);
      }
    } finally {
      await onAllCores.dispose();
    }
  });

  it("refuses a text that is longer than it can read, and other work", async () => {
    await assert.rejects(deployments.embed("model", { texts: ["red car ".repeat(100)] }), {
      code: "prompt-too-long",
    });
    await assert.rejects(deployments.caption("model", { images: [] }), { code: "unsupported-model" });
  });
});

/** SigLIP was trained on texts of one length; this model's vectors count what it is given. */
describe("a deployed model of SigLIP's layout", function () {
  this.timeout(60_000);
  const deployments = newDeployments();
  const folder = temporaryModel();

  before(() => {
    writeTinySiglip(folder);
    return deployments.deploy(onnxFolderTarget(folder, "image-text"));
  });
  after(() => deployments.dispose());

  it("gets every text padded to its whole context", async () => {
    const texts = ["red car", "red", "red car red"];
    const { vectors, dimensions } = await deployments.embed("model", { texts });
    for (const [index, words] of [2, 1, 3].entries()) {
      const padding = tinySiglipPositions - words;
      const row = rowOf(vectors, dimensions, index);
      assert.ok(Math.abs(row[0]! / row[1]! - words / padding) < 1e-5, texts[index]);
      assert.ok(Math.abs(dot(row, row) - 1) < 1e-5);
    }
    await assert.rejects(deployments.embed("model", { texts: ["car ".repeat(17)] }), { args: [17, 16] });
  });

  it("gets pictures in its range of values", async () => {
    const bytes = await sharp({ create: { width: 30, height: 20, channels: 3, background: "#ff0080" } })
      .png()
      .toBuffer();
    const { vectors } = await deployments.embedImages("model", { images: [{ name: "pink.png", bytes }] });
    const length = Math.hypot(1, -1, 0x80 / 127.5 - 1);
    const expected = [1, -1, 0x80 / 127.5 - 1].map((value) => value / length);
    for (const [channel, value] of expected.entries()) {
      assert.ok(Math.abs(vectors[channel]! - value) < 1e-4, vectors.join(" "));
    }
  });
});
