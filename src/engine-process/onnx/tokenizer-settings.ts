import type { PreTrainedTokenizer } from "@huggingface/transformers";
import type { Padding } from "./text-batches";

/** Tokens that `tokenizer_config.json` allows; where it is unknown, exporters write an astronomical number. */
export function longestInput(tokenizer: PreTrainedTokenizer): number {
  const length: unknown = "model_max_length" in tokenizer ? tokenizer.model_max_length : undefined;
  return typeof length === "number" && length > 0 ? length : Infinity;
}

export function paddingOf(tokenizer: PreTrainedTokenizer): Padding {
  return {
    // Padded places are masked; any token will do where a tokenizer names none.
    token: Number.isInteger(tokenizer.pad_token_id) ? tokenizer.pad_token_id : 0,
    side: tokenizer.padding_side === "left" ? "left" : "right",
  };
}
