import assert from "node:assert/strict";
import path from "node:path";
import sharp from "sharp";
import { newDeployments, onnxTarget, readLines, repoRoot } from "../support/engines";

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
