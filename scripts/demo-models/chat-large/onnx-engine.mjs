// @ts-check
/** Answers of the ONNX files through transformers.js, with the chat template of the tokenizer and greedy search. */
import { AutoModelForCausalLM, AutoTokenizer, env } from "@huggingface/transformers";

const maxTokens = 400;

/** @typedef {import("../shared/questions.mjs").Message} Message */

/** @param {string} folder */
export async function openOnnx(folder) {
  env.allowRemoteModels = false;
  env.useFSCache = false;
  const tokenizer = await AutoTokenizer.from_pretrained(folder);
  const model = await AutoModelForCausalLM.from_pretrained(folder, {
    dtype: "q8",
    session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
  });

  /** @param {Message[]} messages the last is the question */
  async function answer(messages) {
    const inputs = /** @type {any} */ (
      tokenizer.apply_chat_template(messages, { add_generation_prompt: true, return_dict: true })
    );
    const output = /** @type {import("@huggingface/transformers").Tensor} */ (
      await model.generate({ ...inputs, max_new_tokens: maxTokens, do_sample: false })
    );
    const fresh = output.slice(null, [inputs.input_ids.dims[1], null]);
    return tokenizer.batch_decode(fresh, { skip_special_tokens: true })[0]?.trim() ?? "";
  }

  return { answer, holdsSchemas: false, close: () => model.dispose() };
}
