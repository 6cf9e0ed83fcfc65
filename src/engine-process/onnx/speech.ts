import { readFile } from "node:fs/promises";
import path from "node:path";
import {
  AutoModelForSpeechSeq2Seq,
  AutoProcessor,
  AutoTokenizer,
  InterruptableStoppingCriteria,
  type Tensor,
} from "@huggingface/transformers";
import { throwIfAborted } from "../../common/async";
import { AppError, errnoCode } from "../../common/errors";
import type { TranscribeParams, TranscriptSegment } from "../../protocol/engine";
import { resample } from "../audio/resample";
import { decodeWav } from "../audio/wav";
import { cutAtPauses } from "../audio/windows";
import type { OnnxModel, OnnxOptions } from "./model";
import type { Step } from "./turns";

/** What Whisper's feature extractor wants, unless its file says otherwise. */
const defaultAudio = { sampling_rate: 16_000, chunk_length: 30 };

/** The decoder's prompt: start, language, task, no timestamps. */
const promptTokens = 4;
/** Tokens of a window; more means that the model repeats itself. Whisper's own limit, half of its context. */
const longestTranscript = 224;

interface FeatureExtractorConfig {
  sampling_rate?: number;
  /** Seconds. */
  chunk_length?: number;
}

/** Speech to text by models of the Whisper layout, window by window. */
export async function loadTranscriber(options: OnnxOptions): Promise<OnnxModel> {
  const { modelPath, config, contextLength, graphs } = options;
  if (config.modelType !== "whisper") {
    throw new AppError(
      "unsupported-model",
      "Speech models of the architecture “{0}” are not supported. Whisper is.",
      [config.modelType],
    );
  }
  const tokenizer = await AutoTokenizer.from_pretrained(modelPath);
  const processor = await AutoProcessor.from_pretrained(modelPath);
  const model = await graphs.load(AutoModelForSpeechSeq2Seq);
  const audio = { ...defaultAudio, ...(processor.feature_extractor?.config as FeatureExtractorConfig) };

  const isMultilingual =
    (model.generation_config as { is_multilingual?: boolean } | null)?.is_multilingual === true;
  const checkLanguage = (language: string | undefined): void => {
    if (!isMultilingual && language !== undefined && !/^en/i.test(language)) {
      throw new AppError("unsupported-model", "This speech model knows English only.");
    }
  };

  const transcribeWindow = async (
    samples: Float32Array,
    language: string | undefined,
    stopping: InterruptableStoppingCriteria,
  ): Promise<string> => {
    const { input_features: features } = (await processor(samples)) as { input_features: Tensor };
    const sequences = (await model.generate({
      inputs: features,
      max_new_tokens: Math.min(contextLength - promptTokens, longestTranscript),
      do_sample: false,
      stopping_criteria: stopping,
      ...(isMultilingual && language !== undefined ? { language, task: "transcribe" } : {}),
    })) as Tensor;
    return (tokenizer.batch_decode(sequences, { skip_special_tokens: true })[0] ?? "").trim();
  };

  return {
    embeddingLength: 0,
    async transcribe({ audio: source, language }, { signal, emit, step }) {
      checkLanguage(language);
      const rate = audio.sampling_rate;
      const samples = await readSamples(source, rate, step);
      const total = samples.length / rate;
      const segments: TranscriptSegment[] = [];
      const stopping = new InterruptableStoppingCriteria();
      const onAbort = () => stopping.interrupt();
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        for (const { start, end } of cutAtPauses(samples, rate, audio.chunk_length)) {
          emit({ type: "progress", done: start / rate, total });
          const text = await step(() => transcribeWindow(samples.subarray(start, end), language, stopping));
          throwIfAborted(signal);
          if (text) {
            const segment = { startSeconds: start / rate, endSeconds: end / rate, text };
            segments.push(segment);
            emit({ type: "segment", segment });
          }
        }
      } finally {
        signal.removeEventListener("abort", onAbort);
      }
      emit({ type: "progress", done: total, total });
      return { text: segments.map(({ text }) => text).join(" "), segments };
    },
  };
}

/** Mono samples at `rate` Hz. */
async function readSamples(
  source: TranscribeParams["audio"],
  rate: number,
  step: Step,
): Promise<Float32Array> {
  if ("samples" in source) {
    return resample(source.samples, defaultAudio.sampling_rate, rate, step);
  }
  const { bytes, name } =
    "path" in source ? { bytes: await readRecording(source.path), name: path.basename(source.path) } : source;
  const { samples, sampleRate } = decodeWav(bytes, name);
  return resample(samples, sampleRate, rate, step);
}

async function readRecording(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    if (errnoCode(error) === "ENOENT") {
      throw new AppError("file-missing", "The recording “{0}” is gone.", [path.basename(file)]);
    }
    throw error;
  }
}
