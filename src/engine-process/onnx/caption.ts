import {
  AutoModelForVision2Seq,
  AutoProcessor,
  AutoTokenizer,
  Florence2ForConditionalGeneration,
  Florence2Processor,
  type ImageProcessor,
  InterruptableStoppingCriteria,
  type PreTrainedTokenizer,
  type Processor,
  type Tensor,
} from "@huggingface/transformers";
import { AppError } from "../../common/errors";
import type { OnnxModel, OnnxOptions } from "./model";
import { PictureReader } from "./pictures";

/** Longer than any caption; a bound for models that never end one. */
const maxNewTokens = 64;
/** What Florence-2 calls the task of describing a picture in a sentence. */
const florenceTask = "<CAPTION>";
/** The words for it that Florence-2 was trained with, where its processor's settings are missing. */
const florenceQuestion = "What does the image describe?";

/** What a model generates from, for a batch of pixels. */
type GenerationInputs = (pixels: Tensor) => Record<string, Tensor>;

/** A sentence per picture, by models of the ViT-GPT2 kind and by Florence-2. */
export async function loadCaptioner(options: OnnxOptions): Promise<OnnxModel> {
  const { modelPath, config, graphs } = options;
  const isFlorence = config.modelType === "florence2";
  if (!isFlorence && config.modelType !== "vision-encoder-decoder") {
    throw new AppError(
      "unsupported-model",
      "Caption models of the architecture “{0}” are not supported. ViT-GPT2 and Florence-2 are.",
      [config.modelType],
    );
  }
  const tokenizer = await AutoTokenizer.from_pretrained(modelPath);
  const processor = await AutoProcessor.from_pretrained(modelPath);
  const pictures = new PictureReader(processor.image_processor as ImageProcessor, graphs);
  const model = await graphs.load(isFlorence ? Florence2ForConditionalGeneration : AutoModelForVision2Seq);
  const inputsOf: GenerationInputs = isFlorence
    ? florenceInputs(tokenizer, processor)
    : (pixels) => ({ inputs: pixels });

  return {
    embeddingLength: 0,
    async caption({ images }, steps) {
      const { signal } = steps;
      const captions = images.map(() => "");
      const stopping = new InterruptableStoppingCriteria();
      const onAbort = () => stopping.interrupt();
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        const { failures } = await pictures.forEachBatch(images, steps, async (pixels, indexes) => {
          const sequences = (await model.generate({
            ...inputsOf(pixels),
            max_new_tokens: maxNewTokens,
            do_sample: false,
            stopping_criteria: stopping,
          })) as Tensor;
          const rows = sequences.tolist() as (number | bigint)[][];
          for (const [row, index] of indexes.entries()) {
            const tokens = untilEnd(rows[row] ?? [], config.endTokens);
            captions[index] = tokenizer.decode(tokens, { skip_special_tokens: true }).trim();
          }
        });
        return { captions, failures };
      } finally {
        signal.removeEventListener("abort", onAbort);
      }
    },
  };
}

/** Florence-2 is told what to do in words, the same for every picture. */
function florenceInputs(tokenizer: PreTrainedTokenizer, processor: Processor): GenerationInputs {
  const prompts = processor instanceof Florence2Processor ? processor.construct_prompts(florenceTask) : [];
  return (pixels) => {
    const batch = Array.from({ length: pixels.dims[0] ?? 1 }, () => prompts[0] ?? florenceQuestion);
    return { ...(tokenizer(batch) as Record<string, Tensor>), pixel_values: pixels };
  };
}

/** A row that ends before others of its batch goes on after its end token. The first token only starts it. */
function untilEnd(row: readonly (number | bigint)[], endTokens: readonly number[]): number[] {
  const tokens = row.map(Number);
  const end = tokens.findIndex((token, index) => index > 0 && endTokens.includes(token));
  return end === -1 ? tokens : tokens.slice(0, end);
}
