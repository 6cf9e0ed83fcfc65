import { AutoModel, AutoTokenizer } from "@huggingface/transformers";
import { AppError } from "../../common/errors";
import type { EmbedParams } from "../../protocol/engine";
import { normalizeRows } from "../vectors";
import { BatchEncoder, type EncodedBatch, floats } from "./batch-encoder";
import type { OnnxModel, OnnxOptions } from "./model";
import { poolTokens } from "./pooling";
import { readSentenceSettings, type SentenceSettings } from "./sentence-settings";
import { copyRows, tokenizeAll, type TokenizedText } from "./text-batches";
import { textTokenizer } from "./text-tokenizer";
import { longestInput, paddingOf } from "./tokenizer-settings";

/** What a first text is long enough to measure by. */
const probeWords = 30;

/** Text embedding as the model's files prescribe; vectors have unit length. */
export async function loadEmbedder(options: OnnxOptions): Promise<OnnxModel> {
  const { modelPath, graphs } = options;
  const settings = await readSentenceSettings(modelPath);
  const tokenizer = await AutoTokenizer.from_pretrained(modelPath);
  const encodeText = textTokenizer(tokenizer);
  const padding = paddingOf(tokenizer);
  const model = await graphs.load(AutoModel);
  const encoder = new BatchEncoder(model, padding);
  const contextLength = Math.min(
    options.contextLength,
    settings.maxTokens ?? Infinity,
    longestInput(tokenizer),
  );

  const tokenize = (text: string, row: number, purpose: EmbedParams["purpose"]): TokenizedText => {
    const { tokens } = encodeText(settings.prefixes[purpose ?? "document"] + text);
    checkLength(tokens.length, contextLength);
    // Tokenizers without special tokens have none for an empty text.
    return { tokens: tokens.length > 0 ? tokens : [padding.token], row };
  };

  const probe = encodeText("a ".repeat(probeWords)).tokens.slice(0, contextLength);
  const { dimensions } = vectorsOf(await encoder.encode([{ tokens: probe, row: 0 }]), settings);
  return {
    embeddingLength: dimensions,
    contextLength,
    async embed({ texts, purpose }, { step }) {
      const tokenized = await tokenizeAll(texts, step, (text, row) => tokenize(text, row, purpose));
      const vectors = new Float32Array(texts.length * dimensions);
      await encoder.forEachBatch(tokenized, step, (encoded, batch) => {
        const { values, isPooled } = vectorsOf(encoded, settings);
        if (isPooled) {
          copyRows(values, batch, vectors, dimensions);
        } else {
          const layout = { longest: encoded.longest, side: padding.side };
          poolTokens(values, batch, layout, dimensions, settings.pooling, vectors);
        }
      });
      normalizeRows(vectors, dimensions);
      return { vectors, dimensions };
    },
  };
}

interface Vectors {
  /** One row per text where they are pooled, one per token, padding included, where they are not. */
  values: Float32Array;
  dimensions: number;
  isPooled: boolean;
}

function vectorsOf({ outputs, longest }: EncodedBatch, { furtherModules }: SentenceSettings): Vectors {
  const pooled = outputs["sentence_embedding"];
  if (pooled) {
    return { values: floats(pooled), dimensions: pooled.dims.at(-1) ?? 0, isPooled: true };
  }
  // Some exporters kept the older name.
  const hidden = outputs["last_hidden_state"] ?? outputs["token_embeddings"];
  if (!hidden) {
    throw noEmbeddings();
  }
  if (furtherModules.length > 0) {
    throw new AppError(
      "unsupported-model",
      "This model changes its vectors by a further module ({0}) that its ONNX file does not contain.",
      [furtherModules.join(", ")],
    );
  }
  const dimensions = hidden.dims[2] ?? 0;
  if (hidden.dims.length !== 3 || hidden.dims[1] !== longest || dimensions === 0) {
    throw noEmbeddings();
  }
  return { values: floats(hidden), dimensions, isPooled: false };
}

function noEmbeddings(): AppError {
  return new AppError("unsupported-model", "This model gives no text embeddings.");
}

function checkLength(tokens: number, contextLength: number): void {
  if (tokens > contextLength) {
    throw new AppError("prompt-too-long", "The text is {0} tokens long, but this model reads {1}.", [
      tokens,
      contextLength,
    ]);
  }
}
