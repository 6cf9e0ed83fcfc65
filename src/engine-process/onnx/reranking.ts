import { AutoModelForSequenceClassification, AutoTokenizer } from "@huggingface/transformers";
import { AppError } from "../../common/errors";
import { BatchEncoder, floats, type Output } from "./batch-encoder";
import type { OnnxModel, OnnxOptions } from "./model";
import { tokenizeAll, type TokenizedText } from "./text-batches";
import { textTokenizer } from "./text-tokenizer";
import { longestInput, paddingOf } from "./tokenizer-settings";

/** Reranking by cross-encoders: models that read a query and a document together and give one score. */
export async function loadReranker(options: OnnxOptions): Promise<OnnxModel> {
  const { modelPath, graphs } = options;
  const tokenizer = await AutoTokenizer.from_pretrained(modelPath);
  const encodeText = textTokenizer(tokenizer);
  const model = await graphs.load(AutoModelForSequenceClassification);
  const encoder = new BatchEncoder(model, paddingOf(tokenizer));
  const contextLength = Math.min(options.contextLength, longestInput(tokenizer));

  const tokenize = (query: string, document: string, row: number): TokenizedText => {
    const { tokens, types } = encodeText(query, document);
    if (tokens.length > contextLength) {
      throw new AppError(
        "prompt-too-long",
        "The query and a document are {0} tokens long together, but this model reads {1}.",
        [tokens.length, contextLength],
      );
    }
    return { tokens, types, row };
  };

  // Fails here when the model is no cross-encoder, and measures the pace of the first batches.
  const probe = encodeText("a", "a ".repeat(Math.min(30, contextLength / 2)));
  scoresOf((await encoder.encode([{ ...probe, row: 0 }])).outputs["logits"]);
  return {
    embeddingLength: 0,
    contextLength,
    async rerank({ query, documents }, { step }) {
      const pairs = await tokenizeAll(documents, step, (document, row) => tokenize(query, document, row));
      const scores = documents.map(() => 0);
      await encoder.forEachBatch(pairs, step, ({ outputs }, batch) => {
        const rows = scoresOf(outputs["logits"]);
        for (const [index, { row }] of batch.entries()) {
          scores[row] = rows[index] ?? 0;
        }
      });
      return { scores };
    },
  };
}

/** One logit per row, or two of which the second speaks for the document; as probabilities. */
function scoresOf(output: Output | undefined): number[] {
  if (!output) {
    throw new AppError("unsupported-model", "This model gives no scores for texts.");
  }
  const [rows = 0, labels = 0] = output.dims;
  if (labels !== 1 && labels !== 2) {
    throw new AppError("unsupported-model", "This model sorts texts into {0} classes; it cannot rank them.", [
      labels,
    ]);
  }
  const logits = floats(output);
  return Array.from({ length: rows }, (_, row) => {
    const margin = labels === 1 ? (logits[row] ?? 0) : (logits[row * 2 + 1] ?? 0) - (logits[row * 2] ?? 0);
    return 1 / (1 + Math.exp(-margin));
  });
}
