import {
  AutoModelForVision2Seq,
  AutoProcessor,
  AutoTokenizer,
  type ImageProcessor,
  InterruptableStoppingCriteria,
  type Tensor,
} from "@huggingface/transformers";
import { AppError } from "../../common/errors";
import type { OnnxModel, OnnxOptions } from "./model";
import { forEachPictureBatch } from "./pictures";

/** Longer than any caption; a bound for models that never end one. */
const maxNewTokens = 64;

/** A sentence per picture, by models of the ViT-GPT2 kind. */
export async function loadCaptioner({ modelPath, config, pretrained }: OnnxOptions): Promise<OnnxModel> {
  if (config.modelType !== "vision-encoder-decoder") {
    throw new AppError(
      "unsupported-model",
      "Caption models of the architecture “{0}” are not supported. ViT-GPT2 is.",
      [config.modelType],
    );
  }
  const tokenizer = await AutoTokenizer.from_pretrained(modelPath);
  const processor = await AutoProcessor.from_pretrained(modelPath);
  const imageProcessor = processor.image_processor as ImageProcessor;
  const model = await AutoModelForVision2Seq.from_pretrained(modelPath, pretrained);

  const endTokens = [
    (model.generation_config as { eos_token_id?: number | number[] } | null)?.eos_token_id ?? [],
  ].flat();

  return {
    embeddingLength: 0,
    async caption({ images }, signal) {
      const captions = images.map(() => "");
      const stopping = new InterruptableStoppingCriteria();
      const onAbort = () => stopping.interrupt();
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        const failures = await forEachPictureBatch(
          images,
          imageProcessor,
          signal,
          async (pictures, indexes) => {
            const { pixel_values: pixels } = (await processor(pictures)) as { pixel_values: Tensor };
            const sequences = (await model.generate({
              inputs: pixels,
              max_new_tokens: maxNewTokens,
              do_sample: false,
              stopping_criteria: stopping,
            })) as Tensor;
            const rows = sequences.tolist() as (number | bigint)[][];
            for (const [row, index] of indexes.entries()) {
              const tokens = untilEnd(rows[row] ?? [], endTokens);
              captions[index] = tokenizer.decode(tokens, { skip_special_tokens: true }).trim();
            }
          },
        );
        return { captions, failures };
      } finally {
        signal.removeEventListener("abort", onAbort);
      }
    },
    async dispose() {
      await model.dispose();
    },
  };
}

/** A row that ends before others of its batch goes on after its end token. The first token only starts it. */
function untilEnd(row: readonly (number | bigint)[], endTokens: readonly number[]): number[] {
  const tokens = row.map(Number);
  const end = tokens.findIndex((token, index) => index > 0 && endTokens.includes(token));
  return end === -1 ? tokens : tokens.slice(0, end);
}
