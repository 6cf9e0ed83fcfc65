import { AutoModelForSequenceClassification, AutoTokenizer, type Tensor } from "@huggingface/transformers";
import { AppError } from "../../common/errors";
import { PromptPace } from "../prompt-pace";
import type { OnnxModel, OnnxOptions } from "./model";
import { hastenPlainText } from "./plain-text";
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

interface Pair {
  input_ids: number[];
  token_type_ids?: number[];
}

/** Reranking by cross-encoders: models that read a query and a document together and give one score. */
export async function loadReranker(options: OnnxOptions): Promise<OnnxModel> {
  const { modelPath, pretrained } = options;
  const tokenizer = await AutoTokenizer.from_pretrained(modelPath);
  hastenPlainText(tokenizer);
  const model = await AutoModelForSequenceClassification.from_pretrained(modelPath, pretrained);
  const encode = textEncoder(model);
  const contextLength = Math.min(options.contextLength, longestInput(tokenizer));
  const padding = paddingOf(tokenizer);
  const { inputNames } = model.sessions["model"] as { inputNames: readonly string[] };
  const hasTypes = inputNames.includes("token_type_ids");
  const pace = new PromptPace(mostBatchTokens);

  const tokenize = (query: string, document: string, row: number): TokenizedText => {
    const { input_ids: tokens, token_type_ids: types } = tokenizer(query, {
      text_pair: document,
      return_tensor: false,
      return_token_type_ids: hasTypes,
    }) as Pair;
    return { tokens, types: hasTypes ? types : undefined, row };
  };
  const tokenizeChecked = (query: string, document: string, row: number): TokenizedText => {
    const pair = tokenize(query, document, row);
    const { tokens } = pair;
    if (tokens.length > contextLength) {
      throw new AppError(
        "prompt-too-long",
        "The query and a document are {0} tokens long together, but this model reads {1}.",
        [tokens.length, contextLength],
      );
    }
    return pair;
  };

  const scoreBatch = async (batch: readonly TokenizedText[]): Promise<number[]> => {
    const { inputs, kept } = textInputs(batch, padding);
    const startedAt = performance.now();
    const { logits } = (await encode(inputs)) as { logits: Tensor };
    pace.record(kept.length, performance.now() - startedAt);
    return scoresOf(logits.type === "float32" ? logits : logits.to("float32"));
  };

  // Fails here when the model is no cross-encoder, and measures the pace of the first batches.
  await scoreBatch([tokenize("a", "a ".repeat(Math.min(30, contextLength / 2)), 0)]);
  return {
    embeddingLength: 0,
    contextLength,
    async rerank({ query, documents }, { step }) {
      const pairs = await tokenizeAll(documents, step, (document, row) =>
        tokenizeChecked(query, document, row),
      );
      const sorted = sortedByLength(pairs);
      const scores = documents.map(() => 0);
      for (let done = 0; done < sorted.length;) {
        const batch = nextBatch(sorted, done, pace.chunkTokens);
        const rows = await step(() => scoreBatch(batch));
        for (const [index, { row }] of batch.entries()) {
          scores[row] = rows[index] ?? 0;
        }
        done += batch.length;
      }
      return { scores };
    },
    async dispose() {
      await model.dispose();
    },
  };
}

/** One logit per row, or two of which the second speaks for the document; as probabilities. */
function scoresOf({ dims, data }: Tensor): number[] {
  const [rows = 0, labels = 0] = dims;
  const logits = data as Float32Array;
  if (labels !== 1 && labels !== 2) {
    throw new AppError("unsupported-model", "This model sorts texts into {0} classes; it cannot rank them.", [
      labels,
    ]);
  }
  return Array.from({ length: rows }, (_, row) => {
    const margin = labels === 1 ? (logits[row] ?? 0) : (logits[row * 2 + 1] ?? 0) - (logits[row * 2] ?? 0);
    return 1 / (1 + Math.exp(-margin));
  });
}
