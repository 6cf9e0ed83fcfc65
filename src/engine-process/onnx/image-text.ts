import {
  AutoProcessor,
  AutoTokenizer,
  CLIPTextModelWithProjection,
  CLIPVisionModelWithProjection,
  type ImageProcessor,
  SiglipTextModel,
  SiglipVisionModel,
  type Tensor,
} from "@huggingface/transformers";
import { AppError } from "../../common/errors";
import { PromptPace } from "../prompt-pace";
import { normalizeRows } from "../vectors";
import type { OnnxModel, OnnxOptions } from "./model";
import { PictureReader } from "./pictures";
import {
  mostBatchTokens,
  nextBatch,
  sortedByLength,
  textInputs,
  tokenizeAll,
  type TokenizedText,
} from "./text-batches";
import { longestInput, paddingOf } from "./tokenizer-settings";

/** What differs between the families of models with one space for texts and pictures. */
const families = {
  clip: {
    text: CLIPTextModelWithProjection,
    vision: CLIPVisionModelWithProjection,
    textOutput: "text_embeds",
    imageOutput: "image_embeds",
    padsToEnd: false,
  },
  siglip: {
    text: SiglipTextModel,
    vision: SiglipVisionModel,
    textOutput: "pooler_output",
    imageOutput: "pooler_output",
    // SigLIP was trained on texts padded to its whole context.
    padsToEnd: true,
  },
} as const;

/** Texts and pictures as vectors of one space; they have unit length. */
export async function loadImageTextEmbedder(options: OnnxOptions): Promise<OnnxModel> {
  const { modelPath, config, pretrained, threads } = options;
  const family = config.modelType === "clip" || config.modelType === "siglip" ? config.modelType : undefined;
  if (!family) {
    throw new AppError(
      "unsupported-model",
      "Image-text models of the architecture “{0}” are not supported. CLIP and SigLIP are.",
      [config.modelType],
    );
  }
  const { text, vision, textOutput, imageOutput, padsToEnd } = families[family];
  const tokenizer = await AutoTokenizer.from_pretrained(modelPath);
  const processor = await AutoProcessor.from_pretrained(modelPath);
  const pictures = new PictureReader(processor.image_processor as ImageProcessor, threads);
  const textModel = await text.from_pretrained(modelPath, pretrained);
  const visionModel = await vision.from_pretrained(modelPath, pretrained);

  const contextLength = Math.min(options.contextLength, longestInput(tokenizer));
  const padding = paddingOf(tokenizer);
  const pace = new PromptPace(mostBatchTokens);

  const tokenize = (text: string, row: number): TokenizedText => {
    const tokens = tokenizer.encode(text);
    if (tokens.length > contextLength) {
      throw new AppError("prompt-too-long", "The text is {0} tokens long, but this model reads {1}.", [
        tokens.length,
        contextLength,
      ]);
    }
    const missing = padsToEnd ? contextLength - tokens.length : 0;
    return { tokens: [...tokens, ...Array.from({ length: missing }, () => padding.token)], row };
  };
  const embedBatch = async (batch: readonly TokenizedText[]): Promise<Tensor> => {
    const { inputs, kept } = textInputs(batch, padding);
    const startedAt = performance.now();
    const outputs = (await textModel(inputs)) as Record<string, Tensor>;
    pace.record(kept.length, performance.now() - startedAt);
    return required(outputs[textOutput]);
  };

  const dimensions = (await embedBatch([tokenize("a", 0)])).dims[1] ?? 0;
  return {
    embeddingLength: dimensions,
    contextLength,
    async embed({ texts }, { step }) {
      const sorted = sortedByLength(await tokenizeAll(texts, step, tokenize));
      const vectors = new Float32Array(texts.length * dimensions);
      for (let done = 0; done < sorted.length;) {
        const batch = nextBatch(sorted, done, pace.chunkTokens);
        const rows = (await step(() => embedBatch(batch))).data as Float32Array;
        for (const [index, { row }] of batch.entries()) {
          vectors.set(rows.subarray(index * dimensions, (index + 1) * dimensions), row * dimensions);
        }
        done += batch.length;
      }
      normalizeRows(vectors, dimensions);
      return { vectors, dimensions };
    },
    async embedImages({ images }, steps) {
      const vectors = new Float32Array(images.length * dimensions);
      const read = await pictures.forEachBatch(images, steps, async (pixels, indexes) => {
        const outputs = (await visionModel({ pixel_values: pixels })) as Record<string, Tensor>;
        const rows = required(outputs[imageOutput]).data as Float32Array;
        for (const [row, index] of indexes.entries()) {
          vectors.set(rows.subarray(row * dimensions, (row + 1) * dimensions), index * dimensions);
        }
      });
      normalizeRows(vectors, dimensions);
      return { vectors, dimensions, ...read };
    },
    async dispose() {
      await Promise.all([textModel.dispose(), visionModel.dispose()]);
    },
  };
}

function required(tensor: Tensor | undefined): Tensor {
  if (!tensor) {
    throw new AppError("unsupported-model", "This model gives no embeddings.");
  }
  return tensor;
}
