import assert from "node:assert/strict";
import { PreTrainedTokenizer } from "@huggingface/transformers";
import { wordTokenizer } from "../../../bench/lib/tokenizer-files";
import { hastenPlainText } from "../../../src/engine-process/onnx/plain-text";

const words = ["red", "car", "the", "is", "cafe"];
const config = { tokenizer_class: "BertTokenizer", model_max_length: 512, pad_token: "[PAD]" };

describe("a BERT tokenizer that is fast on plain text", () => {
  const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
  const texts = [
    "The red car is red.",
    "the RED\tcar\r\n\nis  [SEP] red ",
    printable.join(""),
    printable.join(" "),
    "red\u0000 c\u0007ar \u000b \u000c \u007f is",
    "Café, cafe\u0301, 汽车, red\u00a0car, \ufffd, 😀",
    "",
  ];
  const options = [true, false, undefined];

  for (const clean_text of options) {
    for (const lowercase of options) {
      it(`gives what the library gives: clean_text ${clean_text}, lowercase ${lowercase}`, () => {
        const file = wordTokenizer(words);
        const normalizer = { ...(file["normalizer"] as object), clean_text, lowercase };
        const [library, fast] = [0, 1].map(() => new PreTrainedTokenizer({ ...file, normalizer }, config));
        assert.ok(library && fast);
        hastenPlainText(fast);
        const normalized = (tokenizer: PreTrainedTokenizer) =>
          texts.map((text) => tokenizer._tokenizer.normalizer?.normalize(text));
        assert.deepEqual(normalized(fast), normalized(library));
        const encoded = (tokenizer: PreTrainedTokenizer) => texts.map((text) => tokenizer.encode(text));
        assert.deepEqual(encoded(fast), encoded(library));
        assert.ok(encoded(fast)[0]!.length > 5);
      });
    }
  }

  it("leaves other tokenizers as they are", () => {
    const tokenizer = new PreTrainedTokenizer({ ...wordTokenizer(words), normalizer: null }, config);
    hastenPlainText(tokenizer);
    assert.equal(tokenizer._tokenizer.normalizer, null);
  });
});
