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
import { throwIfAborted } from "../../common/async";
import { AppError } from "../../common/errors";
import { normalizeRows } from "../vectors";
import type { OnnxModel, OnnxOptions } from "./model";
import { forEachPictureBatch } from "./pictures";

const textBatchSize = 16;

/** What differs between the families of models with one space for texts and pictures. */
const families = {
  clip: {
    text: CLIPTextModelWithProjection,
    vision: CLIPVisionModelWithProjection,
    textOutput: "text_embeds",
    imageOutput: "image_embeds",
    padding: true,
  },
  siglip: {
    text: SiglipTextModel,
    vision: SiglipVisionModel,
    textOutput: "pooler_output",
    imageOutput: "pooler_output",
    // SigLIP was trained on texts padded to its whole context.
    padding: "max_length",
  },
} as const;

/** Texts and pictures as vectors of one space; they have unit length. */
export async function loadImageTextEmbedder(options: OnnxOptions): Promise<OnnxModel> {
  const { modelPath, config, contextLength, pretrained } = options;
  const family = config.modelType === "clip" || config.modelType === "siglip" ? config.modelType : undefined;
  if (!family) {
    throw new AppError(
      "unsupported-model",
      "Image-text models of the architecture “{0}” are not supported. CLIP and SigLIP are.",
      [config.modelType],
    );
  }
  const { text, vision, textOutput, imageOutput, padding } = families[family];
  const tokenizer = await AutoTokenizer.from_pretrained(modelPath);
  const processor = await AutoProcessor.from_pretrained(modelPath);
  const imageProcessor = processor.image_processor as ImageProcessor;
  const textModel = await text.from_pretrained(modelPath, pretrained);
  const visionModel = await vision.from_pretrained(modelPath, pretrained);

  const embedTexts = async (texts: string[]): Promise<Tensor> => {
    checkLengths(texts);
    const inputs = tokenizer(texts, { padding, truncation: padding === "max_length" }) as object;
    const outputs = (await textModel(inputs)) as Record<string, Tensor>;
    return required(outputs[textOutput]);
  };
  const checkLengths = (texts: string[]): void => {
    for (const text of texts) {
      const tokens = tokenizer.encode(text).length;
      if (tokens > contextLength) {
        throw new AppError("prompt-too-long", "The text is {0} tokens long, but this model reads {1}.", [
          tokens,
          contextLength,
        ]);
      }
    }
  };

  const dimensions = (await embedTexts(["a"])).dims[1] ?? 0;
  return {
    embeddingLength: dimensions,
    async embed({ texts }, signal) {
      const vectors = new Float32Array(texts.length * dimensions);
      for (let start = 0; start < texts.length; start += textBatchSize) {
        throwIfAborted(signal);
        const rows = await embedTexts(texts.slice(start, start + textBatchSize));
        vectors.set(rows.data as Float32Array, start * dimensions);
      }
      normalizeRows(vectors, dimensions);
      return { vectors, dimensions };
    },
    async embedImages({ images }, signal) {
      const vectors = new Float32Array(images.length * dimensions);
      const failures = await forEachPictureBatch(
        images,
        imageProcessor,
        signal,
        async (pictures, indexes) => {
          const outputs = (await visionModel(await processor(pictures))) as Record<string, Tensor>;
          const rows = required(outputs[imageOutput]).data as Float32Array;
          for (const [row, index] of indexes.entries()) {
            vectors.set(rows.subarray(row * dimensions, (row + 1) * dimensions), index * dimensions);
          }
        },
      );
      normalizeRows(vectors, dimensions);
      return { vectors, dimensions, failures };
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
