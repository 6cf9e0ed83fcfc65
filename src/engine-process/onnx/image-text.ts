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
import { normalizeRows } from "../vectors";
import { BatchEncoder, floats } from "./batch-encoder";
import type { OnnxModel, OnnxOptions } from "./model";
import { PictureReader } from "./pictures";
import { copyRows, tokenizeAll, type TokenizedText } from "./text-batches";
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
  const { modelPath, config, graphs } = options;
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
  const pictures = new PictureReader(processor.image_processor as ImageProcessor, graphs);
  const textModel = await graphs.load(text);
  const visionModel = await graphs.load(vision);

  const contextLength = Math.min(options.contextLength, longestInput(tokenizer));
  const padding = paddingOf(tokenizer);
  const encoder = new BatchEncoder(textModel, padding);

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

  const { outputs: probe } = await encoder.encode([tokenize("a", 0)]);
  const dimensions = required(probe[textOutput]).dims[1] ?? 0;
  return {
    embeddingLength: dimensions,
    contextLength,
    async embed({ texts }, { step }) {
      const tokenized = await tokenizeAll(texts, step, tokenize);
      const vectors = new Float32Array(texts.length * dimensions);
      await encoder.forEachBatch(tokenized, step, ({ outputs }, batch) => {
        copyRows(floats(required(outputs[textOutput])), batch, vectors, dimensions);
      });
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
  };
}

function required<T>(output: T | undefined): T {
  if (!output) {
    throw new AppError("unsupported-model", "This model gives no embeddings.");
  }
  return output;
}
