// @ts-check
/**
 * Measures the demo speech model through transformers.js: how many words of each hundred come out wrong?
 *
 *   node scripts/demo-models/speech/check.mjs [--model folder] [--set folder] [--failures 20] [--save scores.json]
 *   node scripts/demo-models/speech/check.mjs --recordings demo-workspace/recordings
 *
 * Without --model it reads the committed snapshot; --set is a folder with heldout.wav and heldout.jsonl, by default
 * this one. --recordings writes out what the model hears in each WAV file of a folder.
 */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { env, pipeline } from "@huggingface/transformers";

const here = import.meta.dirname;
const repository = path.join(
  here,
  "../../../demo-workspace/models/hub/models--local-models--demo-speech-onnx",
);
const pcm = 1;
const muLaw = 7;
const noiseBelowSpeech = 15; // dB, in the second measurement

const { values: options } = parseArgs({
  options: {
    model: { type: "string" },
    set: { type: "string", default: here },
    failures: { type: "string", default: "0" },
    recordings: { type: "string" },
    save: { type: "string" },
  },
});

/** @typedef {{ text: string, voice: string, start: number, length: number }} ClipLine */
/** @typedef {(samples: Float32Array) => Promise<string>} Transcribe */

function committedSnapshot() {
  const commit = readFileSync(path.join(repository, "refs/main"), "utf8").trim();
  return path.join(repository, "snapshots", commit);
}

/**
 * G.711: sign, exponent and four bits, inverted.
 * @param {number} byte
 */
function fromMuLaw(byte) {
  const bits = ~byte & 0xff;
  const magnitude = ((((bits & 15) << 3) + 132) << ((bits >> 4) & 7)) - 132;
  return (bits & 0x80 ? -magnitude : magnitude) / 32768;
}

/**
 * Samples from -1 to 1 of a mono WAV file with 16,000 of them a second, 16-bit or 8-bit µ-law.
 * @param {string} file
 */
function readWav(file) {
  const bytes = readFileSync(file);
  let format = 0;
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = bytes.toString("latin1", at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    const start = at + 8;
    if (name === "fmt ") {
      format = bytes.readUInt16LE(start);
      const known = format === pcm ? 16 : format === muLaw ? 8 : 0;
      const isReadable = bytes.readUInt16LE(start + 2) === 1 && bytes.readUInt32LE(start + 4) === 16000;
      if (!isReadable || bytes.readUInt16LE(start + 14) !== known) {
        throw new Error(`${file}: not mono, 16 kHz, 16-bit or µ-law`);
      }
    }
    if (name === "data") {
      return format === pcm
        ? Float32Array.from({ length: size >> 1 }, (_, i) => bytes.readInt16LE(start + 2 * i) / 32768)
        : Float32Array.from(bytes.subarray(start, start + size), fromMuLaw);
    }
    at = start + size + (size % 2);
  }
  throw new Error(`${file}: no sound in it`);
}

/**
 * White noise, the same every time, some dB below the clip.
 * @param {Float32Array} samples
 */
function withNoise(samples) {
  const power = samples.reduce((sum, value) => sum + value * value, 0) / samples.length;
  const level = Math.sqrt(power * 3 * 10 ** (-noiseBelowSpeech / 10));
  let state = 1;
  return samples.map((value) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return value + level * (state / 2 ** 31 - 1);
  });
}

/**
 * Words to insert, delete or replace.
 * @param {string[]} said
 * @param {string[]} heard
 */
function wordErrors(said, heard) {
  let row = [...Array(heard.length + 1).keys()];
  for (const [i, word] of said.entries()) {
    const next = [i + 1];
    for (const [j, other] of heard.entries()) {
      const replaced = (row[j] ?? 0) + (word === other ? 0 : 1);
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row[heard.length] ?? 0;
}

/** @param {string} text */
function wordsOf(text) {
  return text.trim().split(/\s+/).filter(Boolean);
}

/** @param {number} part @param {number} whole */
function percent(part, whole) {
  return Math.round((part / Math.max(1, whole)) * 1000) / 10;
}

/**
 * @param {string} folder
 * @returns {Promise<Transcribe>}
 */
async function loadModel(folder) {
  env.allowRemoteModels = false;
  env.useFSCache = false;
  env.localModelPath = "";
  const transcriber = await pipeline("automatic-speech-recognition", folder, {
    dtype: "q8",
    session_options: { intraOpNumThreads: 1 },
  });
  return async (samples) => {
    const result = await transcriber(samples);
    return (Array.isArray(result) ? (result[0]?.text ?? "") : result.text).trim();
  };
}

/**
 * @param {Transcribe} transcribe
 * @param {{ line: ClipLine, samples: Float32Array }[]} clips
 */
async function score(transcribe, clips) {
  let failuresLeft = Number(options.failures);
  let words = 0;
  let wrong = 0;
  let whole = 0;
  /** @type {Map<string, [number, number]>} */
  const byAccent = new Map();
  for (const { line, samples } of clips) {
    const heard = await transcribe(samples);
    const said = wordsOf(line.text);
    const errors = wordErrors(said, wordsOf(heard));
    words += said.length;
    wrong += errors;
    whole += errors === 0 ? 1 : 0;
    const accent = line.voice.split("+")[0] ?? "";
    const [ofAccent, wrongOfAccent] = byAccent.get(accent) ?? [0, 0];
    byAccent.set(accent, [ofAccent + said.length, wrongOfAccent + errors]);
    if (errors > 0 && failuresLeft-- > 0) {
      console.log(`  ${line.voice}: ${line.text}\n    heard ${heard}`);
    }
  }
  const accents = Object.fromEntries(
    [...byAccent].sort().map(([accent, [of, errors]]) => [accent, { words: of, rate: percent(errors, of) }]),
  );
  return { clips: clips.length, words, wrong, rate: percent(wrong, words), whole, accents };
}

const folder = path.resolve(options.model ?? committedSnapshot());
const transcribe = await loadModel(folder);
if (options.recordings) {
  for (const file of readdirSync(options.recordings).filter((name) => name.endsWith(".wav"))) {
    const samples = readWav(path.join(options.recordings, file));
    console.log(`${file} (${(samples.length / 16000).toFixed(1)} s): ${await transcribe(samples)}`);
  }
} else {
  const sound = readWav(path.join(options.set, "heldout.wav"));
  const lines = readFileSync(path.join(options.set, "heldout.jsonl"), "utf8").trim().split("\n");
  const clips = lines.map((text) => {
    const line = /** @type {ClipLine} */ (JSON.parse(text));
    return { line, samples: sound.slice(line.start, line.start + line.length) };
  });
  const clean = await score(transcribe, clips);
  const seconds = Math.round(sound.length / 16000);
  console.log(
    `${clean.clips} clips, ${seconds} s: ${clean.wrong} of ${clean.words} words wrong, ${clean.rate} %; ` +
      `${clean.whole} clips all right\n  by accent ${JSON.stringify(clean.accents)}`,
  );
  const noisy = await score(
    transcribe,
    clips.map(({ line, samples }) => ({ line, samples: withNoise(samples) })),
  );
  console.log(`with noise ${noiseBelowSpeech} dB below the speech: ${noisy.rate} % of the words wrong`);
  if (options.save) {
    const digest = createHash("sha256");
    for (const name of ["encoder_model", "decoder_model_merged"]) {
      digest.update(readFileSync(path.join(folder, `onnx/${name}_quantized.onnx`)));
    }
    const scores = {
      files_sha256: digest.digest("hex"),
      seconds,
      clean,
      noisy: { below: noiseBelowSpeech, rate: noisy.rate },
    };
    writeFileSync(options.save, JSON.stringify(scores, null, 2) + "\n");
  }
}
