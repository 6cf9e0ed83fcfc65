import type { PreTrainedTokenizer } from "@huggingface/transformers";

const plainText = /^[\t\n\r\x20-\x7e]*$/;
const lineBreaksAndTabs = /[\t\n\r]/g;

/**
 * Normalises plain ASCII in one go. The library's `BertNormalizer` asks of each character whether it is a
 * control character, an ideograph or an accent, which takes nearly half of the time of tokenising; plain ASCII
 * has none of them, so that only white space and case are left to change.
 */
export function hastenPlainText({ _tokenizer: { normalizer } }: PreTrainedTokenizer): void {
  if (normalizer?.config.type !== "BertNormalizer") {
    return;
  }
  const { clean_text: cleansText, lowercase: lowersCase } = normalizer.config;
  const normalizeAny = normalizer.normalize.bind(normalizer);
  normalizer.normalize = (text) => {
    if (!plainText.test(text)) {
      return normalizeAny(text);
    }
    const cleaned = cleansText ? text.replace(lineBreaksAndTabs, " ") : text;
    return lowersCase ? cleaned.toLowerCase() : cleaned;
  };
}
