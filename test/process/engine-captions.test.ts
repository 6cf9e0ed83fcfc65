import assert from "node:assert/strict";
import path from "node:path";
import sharp from "sharp";
import { newDeployments, onnxTarget, readLines, repoRoot } from "../support/engines";
import { onnxFolderTarget, temporaryModel } from "../support/onnx-models";
import { writeTinyFlorence } from "../support/tiny-models/florence";

/** The demo captioner, on scenes that its training never saw. */
describe("a deployed caption model", function () {
  this.timeout(120_000);
  const deployments = newDeployments();
  const scenes = readLines<{ caption: string; box: [number, number, number, number] }>(
    "captioner/heldout.jsonl",
  ).slice(0, 16);
  let pictures: { name: string; bytes: Buffer }[];

  before(async () => {
    const sheet = await sharp(path.join(repoRoot, "scripts/demo-models/image-text/heldout.webp"))
      .raw()
      .toBuffer({ resolveWithObject: true });
    pictures = await Promise.all(
      scenes.map(async ({ box: [left, top, width, height] }) => ({
        name: "scene.png",
        bytes: await sharp(sheet.data, { raw: sheet.info })
          .extract({ left, top, width, height })
          .png()
          .toBuffer(),
      })),
    );
    await deployments.deploy(
      onnxTarget("demo-captioner-onnx", "caption", ["encoder_model", "decoder_model_merged"]),
    );
  });
  after(() => deployments.dispose());

  it("describes pictures of one batch, longer and shorter ones", async () => {
    const { captions, failures } = await deployments.caption("model", { images: pictures });
    assert.deepEqual(failures, []);
    assert.equal(new Set(captions.map((caption) => caption.split(" ").length)).size > 1, true);
    const right = captions.filter((caption, index) => caption === scenes[index]!.caption).length;
    assert.ok(right >= captions.length / 2, captions.join("\n"));
  });

  it("leaves out what it cannot read", async () => {
    const images = [pictures[0]!, { name: "text.png", bytes: Buffer.from("text") }, pictures[1]!];
    const { captions, failures } = await deployments.caption("model", { images });
    assert.deepEqual(
      captions.map((caption) => caption !== ""),
      [true, false, true],
    );
    assert.deepEqual(
      failures.map(({ index }) => index),
      [1],
    );
  });

  it("stops when it is cancelled", async () => {
    const images = Array.from({ length: 2000 }, () => pictures[0]!);
    const controller = new AbortController();
    const request = deployments.caption("model", { images }, { signal: controller.signal });
    setTimeout(() => controller.abort(), 300);
    await assert.rejects(request, { code: "aborted" });
  });
});

/** A model of Florence-2's layout that names the color of a picture when it is asked in the right words. */
describe("a deployed model of Florence-2's layout", function () {
  this.timeout(60_000);
  const deployments = newDeployments();
  const folder = temporaryModel();

  before(() => {
    writeTinyFlorence(folder);
    return deployments.deploy(onnxFolderTarget(folder, "caption"));
  });
  after(() => deployments.dispose());

  it("is asked for captions with the prompt that its processor prescribes", async () => {
    const colors = { r: "#e01010", g: "#10e010", b: "#1010e0" };
    const wanted = ["r", "g", "b", "b", "r", "g", "g", "r", "b", "r", "r"] as const;
    const images = await Promise.all(
      wanted.map(async (color) => ({
        name: "plain.png",
        bytes: await sharp({ create: { width: 20, height: 10, channels: 3, background: colors[color] } })
          .png()
          .toBuffer(),
      })),
    );
    const { captions, failures } = await deployments.caption("model", { images });
    assert.deepEqual(failures, []);
    assert.deepEqual(captions, wanted);
  });
});
