import { AutoModel, AutoTokenizer, type Tensor } from "@huggingface/transformers";
import { AppError } from "../../common/errors";
import type { EmbedParams } from "../../protocol/engine";
import { PromptPace } from "../prompt-pace";
import { normalizeRows } from "../vectors";
import type { OnnxModel, OnnxOptions } from "./model";
import { hastenPlainText } from "./plain-text";
import { poolTokens } from "./pooling";
import { readSentenceSettings, type SentenceSettings } from "./sentence-settings";
import {
  mostBatchTokens,
  nextBatch,
  sortedByLength,
  textInputs,
  tokenizeAll,
  type TokenizedText,
} from "./text-batches";
import { textEncoder } from "./text-encoder";
import { longestInput, paddingOf } from "./tokenizer-settings";

/** What a first text is long enough to measure by. */
const probeWords = 30;

/** Text embedding as the model's files prescribe; vectors have unit length. */
export async function loadEmbedder(options: OnnxOptions): Promise<OnnxModel> {
  const { modelPath, pretrained } = options;
  const settings = await readSentenceSettings(modelPath);
  const tokenizer = await AutoTokenizer.from_pretrained(modelPath);
  hastenPlainText(tokenizer);
  const model = await AutoModel.from_pretrained(modelPath, pretrained);
  const encode = textEncoder(model);
  const contextLength = Math.min(
    options.contextLength,
    settings.maxTokens ?? Infinity,
    longestInput(tokenizer),
  );
  const padding = paddingOf(tokenizer);
  const pace = new PromptPace(mostBatchTokens);

  const tokenize = (text: string, row: number, purpose: EmbedParams["purpose"]): TokenizedText => {
    const tokens = tokenizer.encode(settings.prefixes[purpose ?? "document"] + text);
    checkLength(tokens.length, contextLength);
    // Tokenizers without special tokens have none for an empty text.
    return { tokens: tokens.length > 0 ? tokens : [padding.token], row };
  };

  const embedBatch = async (batch: readonly TokenizedText[]): Promise<Float32Array> => {
    const { inputs, kept, longest } = textInputs(batch, padding);
    const startedAt = performance.now();
    const outputs = (await encode(inputs)) as Outputs;
    pace.record(kept.length, performance.now() - startedAt);
    return pooledRows(outputs, kept, longest, settings);
  };

  // Also measures the pace that the first request's batches are chosen by.
  const probe = tokenizer.encode("a ".repeat(probeWords)).slice(0, contextLength);
  const dimensions = (await embedBatch([{ tokens: probe, row: 0 }])).length;
  return {
    embeddingLength: dimensions,
    contextLength,
    async embed({ texts, purpose }, { step }) {
      const tokenized = await tokenizeAll(texts, step, (text, row) => tokenize(text, row, purpose));
      const sorted = sortedByLength(tokenized);
      const vectors = new Float32Array(sorted.length * dimensions);
      for (let done = 0; done < sorted.length;) {
        const batch = nextBatch(sorted, done, pace.chunkTokens);
        const rows = await step(() => embedBatch(batch));
        for (const [index, { row }] of batch.entries()) {
          vectors.set(rows.subarray(index * dimensions, (index + 1) * dimensions), row * dimensions);
        }
        done += batch.length;
      }
      normalizeRows(vectors, dimensions);
      return { vectors, dimensions };
    },
    async dispose() {
      await model.dispose();
    },
  };
}

interface Outputs {
  sentence_embedding?: Tensor;
  /** Of models whose exporter kept its older name. */
  token_embeddings?: Tensor;
  last_hidden_state?: Tensor;
}

/** Texts × dimensions. */
function pooledRows(
  { sentence_embedding: pooled, ...outputs }: Outputs,
  kept: BigInt64Array,
  longest: number,
  { pooling, furtherModules }: SentenceSettings,
): Float32Array {
  if (pooled) {
    return floats(pooled);
  }
  const hidden = outputs.last_hidden_state ?? outputs.token_embeddings;
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
  const rows = new Float32Array((kept.length / longest) * dimensions);
  poolTokens(floats(hidden), kept, rows, longest, dimensions, pooling);
  return rows;
}

function noEmbeddings(): AppError {
  return new AppError("unsupported-model", "This model gives no text embeddings.");
}

function floats(tensor: Tensor): Float32Array {
  return (tensor.type === "float32" ? tensor : tensor.to("float32")).data as Float32Array;
}

function checkLength(tokens: number, contextLength: number): void {
  if (tokens > contextLength) {
    throw new AppError("prompt-too-long", "The text is {0} tokens long, but this model reads {1}.", [
      tokens,
      contextLength,
    ]);
  }
}
