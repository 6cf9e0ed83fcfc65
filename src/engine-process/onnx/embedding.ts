import { AutoModel, AutoTokenizer, type Tensor } from "@huggingface/transformers";
import { throwIfAborted } from "../../common/async";
import { AppError } from "../../common/errors";
import { normalizeRows } from "../vectors";
import type { Pooling } from "./config";
import type { OnnxModel, OnnxOptions } from "./model";

const batchSize = 8;

interface TokenBatch {
  input_ids: Tensor;
  attention_mask: Tensor;
}

/** Text embedding with the pooling that the model's files prescribe; vectors have unit length. */
export async function loadEmbedder({
  modelPath,
  config,
  contextLength,
  pretrained,
}: OnnxOptions): Promise<OnnxModel> {
  const tokenizer = await AutoTokenizer.from_pretrained(modelPath);
  const model = await AutoModel.from_pretrained(modelPath, pretrained);

  const embedBatch = async (texts: string[]): Promise<{ rows: Float32Array; dimensions: number }> => {
    const inputs = tokenizer(texts, { padding: true, truncation: false }) as TokenBatch;
    const longest = inputs.input_ids.dims[1] ?? 0;
    if (longest > contextLength) {
      throw new AppError("prompt-too-long", "The text is {0} tokens long, but this model reads {1}.", [
        longest,
        contextLength,
      ]);
    }
    const outputs = (await model(inputs)) as { sentence_embedding?: Tensor; last_hidden_state?: Tensor };
    const pooled = outputs.sentence_embedding ?? undefined;
    if (pooled) {
      return { rows: pooled.data as Float32Array, dimensions: pooled.dims[1] ?? 0 };
    }
    if (!outputs.last_hidden_state) {
      throw new AppError("unsupported-model", "This model gives no text embeddings.");
    }
    return pool(outputs.last_hidden_state, inputs.attention_mask, config.pooling);
  };

  const probe = await embedBatch(["a"]);
  return {
    embeddingLength: probe.dimensions,
    async embed({ texts }, signal) {
      const vectors = new Float32Array(texts.length * probe.dimensions);
      for (const batch of batchesByLength(texts)) {
        throwIfAborted(signal);
        const { rows, dimensions } = await embedBatch(batch.map(({ text }) => text));
        for (const [index, { row }] of batch.entries()) {
          vectors.set(rows.subarray(index * dimensions, (index + 1) * dimensions), row * dimensions);
        }
      }
      normalizeRows(vectors, probe.dimensions);
      return { vectors, dimensions: probe.dimensions };
    },
    async dispose() {
      await model.dispose();
    },
  };
}

/** Texts of like length share a batch: padding costs as much as text. */
function batchesByLength(texts: readonly string[]): { text: string; row: number }[][] {
  const sorted = texts.map((text, row) => ({ text, row })).sort((a, b) => a.text.length - b.text.length);
  const batches: { text: string; row: number }[][] = [];
  for (let start = 0; start < sorted.length; start += batchSize) {
    batches.push(sorted.slice(start, start + batchSize));
  }
  return batches;
}

/** `hidden` is batch × tokens × dimensions, `mask` batch × tokens; gives batch × dimensions. */
function pool(hidden: Tensor, mask: Tensor, pooling: Pooling): { rows: Float32Array; dimensions: number } {
  const [batch = 0, tokens = 0, dimensions = 0] = hidden.dims;
  const values = hidden.data as Float32Array;
  const kept = mask.data as BigInt64Array;
  const rows = new Float32Array(batch * dimensions);
  for (let item = 0; item < batch; item++) {
    const row = rows.subarray(item * dimensions, (item + 1) * dimensions);
    for (const token of pooledTokens(kept.subarray(item * tokens, (item + 1) * tokens), pooling)) {
      const start = (item * tokens + token) * dimensions;
      for (let dimension = 0; dimension < dimensions; dimension++) {
        row[dimension] = (row[dimension] ?? 0) + (values[start + dimension] ?? 0);
      }
    }
  }
  return { rows, dimensions };
}

/** Which tokens' states are summed; the sum's length does not matter, as vectors are made unit length. */
function pooledTokens(mask: BigInt64Array, pooling: Pooling): number[] {
  const present = [...mask.keys()].filter((token) => mask[token] === 1n);
  switch (pooling) {
    case "cls":
      return present.slice(0, 1);
    case "last-token":
      return present.slice(-1);
    case "mean":
      return present;
  }
}
