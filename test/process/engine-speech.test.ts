import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { decodeWav } from "../../src/engine-process/audio/wav";
import type { TranscribeEvent } from "../../src/protocol/engine";
import { newDeployments, onnxTarget, repoRoot } from "../support/engines";
import { wordErrors } from "../support/word-errors";

const recordings = path.join(repoRoot, "demo-workspace/recordings");

/** The demo speech model, on voices and sentences that its training never heard. */
describe("a deployed speech model", function () {
  this.timeout(120_000);
  const deployments = newDeployments();

  before(() =>
    deployments.deploy(onnxTarget("demo-speech-onnx", "speech", ["encoder_model", "decoder_model_merged"])),
  );
  after(() => deployments.dispose());

  it("reads WAV files, one window after the other where they are long", async () => {
    const said = {
      "shopping-list.wav": "buy milk and two lemons on thursday",
      "meeting.wav": "meet maria and tom at seven on friday",
      "reminder.wav": "remind me to meet tom on saturday at ten",
    };
    const parts: Float32Array[] = [];
    for (const [name, text] of Object.entries(said)) {
      const file = path.join(recordings, name);
      assert.equal((await deployments.transcribe("model", { audio: { path: file } })).text, text);
      parts.push(decodeWav(readFileSync(file), name).samples, new Float32Array(8000));
    }
    const events: TranscribeEvent[] = [];
    const samples = Float32Array.from(parts.flatMap((part) => [...part]));
    const { text, segments } = await deployments.transcribe(
      "model",
      { audio: { samples }, language: "en" },
      { onEvent: (event) => events.push(event) },
    );
    const whole = Object.values(said).join(" ");
    assert.ok(wordErrors(whole, text) <= 2, text);
    assert.ok(segments.length >= 2);
    assert.ok(segments.every(({ startSeconds, endSeconds }) => endSeconds - startSeconds <= 5));
    assert.deepEqual(
      events.flatMap((event) => (event.type === "segment" ? [event.segment] : [])),
      segments,
    );
    assert.deepEqual(events.at(-1), {
      type: "progress",
      done: samples.length / 16_000,
      total: samples.length / 16_000,
    });
  });

  it("hears nothing in silence", async () => {
    const result = await deployments.transcribe("model", { audio: { samples: new Float32Array(100_000) } });
    assert.deepEqual(result, { text: "", segments: [] });
  });

  it("explains what it cannot read, and what it does not know", async () => {
    const read = (audio: { path: string } | { name: string; bytes: Uint8Array }, language?: string) =>
      deployments.transcribe("model", { audio, language });
    await assert.rejects(read({ path: path.join(recordings, "gone.wav") }), { code: "file-missing" });
    await assert.rejects(read({ name: "song.mp3", bytes: Buffer.from("ID3\u0004") }), {
      message: /“song.mp3” is an MP3 file/,
    });
    await assert.rejects(read({ path: path.join(recordings, "meeting.wav") }, "de"), {
      message: "This speech model knows English only.",
    });
  });

  it("stops when it is cancelled", async () => {
    const samples = Float32Array.from({ length: 16_000 * 600 }, () => Math.random() - 0.5);
    const controller = new AbortController();
    const request = deployments.transcribe(
      "model",
      { audio: { samples } },
      { signal: controller.signal, onEvent: () => controller.abort() },
    );
    await assert.rejects(request, { code: "aborted" });
    assert.equal(deployments.get("model")?.status.state, "running");
  });
});
