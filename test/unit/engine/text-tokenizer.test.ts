import assert from "node:assert/strict";
import { PreTrainedTokenizer } from "@huggingface/transformers";
import { byteTokenizer, wordTokenizer } from "../../../bench/lib/tokenizer-files";
import { type EncodedText, textTokenizer } from "../../../src/engine-process/onnx/text-tokenizer";

const words = ["red", "car", "the", "is", "cafe", "σας", "σασ"];
const config = { tokenizer_class: "BertTokenizer", model_max_length: 512, pad_token: "[PAD]" };

describe("a tokenizer of texts", () => {
  const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
  const texts = [
    "The red car is red.",
    "the RED\tcar\r\n\nis  [SEP] red ",
    "red[SEP]car [MASK]the [CLS]",
    printable.join(""),
    printable.join(" "),
    "red\u0000 c\u0007ar \u000b \u000c \u007f is\u2028the\u3000car",
    "Café, cafe\u0301 \u0301 汽车, red\u00a0car, \ufffd, 😀 \ud83d red",
    "ΣΑΣ ΣΑΣ.",
    `${"w".repeat(101)} ${"w".repeat(100)} red`,
    " \n\t ",
    "",
  ];
  /** As the library gives them. */
  const expected = (tokenizer: PreTrainedTokenizer, text: string, pair?: string) => {
    const { ids, token_type_ids: types } = tokenizer._tokenizer.encode(text, {
      text_pair: pair ?? null,
      return_token_type_ids: true,
    });
    return withTypes({ tokens: ids, types });
  };
  /** Without types, all tokens are of the first. */
  const withTypes = ({ tokens, types = tokens.map(() => 0) }: EncodedText) => ({ tokens, types });
  const check = (tokenizer: PreTrainedTokenizer) => {
    const encode = textTokenizer(tokenizer);
    // Again, when every word is known.
    for (const text of [...texts, ...texts]) {
      assert.deepEqual(withTypes(encode(text)), expected(tokenizer, text));
      for (const pair of ["the car", text]) {
        assert.deepEqual(withTypes(encode(text, pair)), expected(tokenizer, text, pair));
      }
    }
    assert.ok(encode("the red car").tokens.length >= 3);
  };
  const options = [true, false, undefined];

  for (const clean_text of options) {
    for (const lowercase of options) {
      it(`gives what the library gives: clean_text ${clean_text}, lowercase ${lowercase}`, () => {
        const file = wordTokenizer(words);
        const normalizer = { ...(file["normalizer"] as object), clean_text, lowercase };
        check(new PreTrainedTokenizer({ ...file, normalizer }, config));
      });
    }
  }

  it("puts the special tokens where the file says", () => {
    const bert = { type: "BertProcessing", sep: ["[SEP]", 3], cls: ["[CLS]", 2] };
    for (const post_processor of [bert, null]) {
      check(new PreTrainedTokenizer({ ...wordTokenizer(words), post_processor }, config));
    }
  });

  it("knows added tokens with a space within", () => {
    const file = wordTokenizer(words);
    const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: false };
    const added = [...(file["added_tokens"] as object[]), { id: 99, content: "red car", ...flags }];
    const tokenizer = new PreTrainedTokenizer({ ...file, added_tokens: added }, config);
    check(tokenizer);
    assert.ok(textTokenizer(tokenizer)("the red car").tokens.includes(99));
  });

  it("leaves other kinds to the library", () => {
    check(
      new PreTrainedTokenizer(byteTokenizer(["[PAD]"], [["r", "e"]]), {
        ...config,
        tokenizer_class: "GPT2Tokenizer",
      }),
    );
    check(new PreTrainedTokenizer({ ...wordTokenizer(words), normalizer: null }, config));
  });

  it("forgets words when it knows too many", () => {
    const tokenizer = new PreTrainedTokenizer(wordTokenizer(words), config);
    const encode = textTokenizer(tokenizer);
    for (let start = 0; start < 50_000; start += 1000) {
      const text = Array.from({ length: 1000 }, (_, index) => (start + index).toString(26)).join(" ");
      assert.deepEqual(withTypes(encode(text)), expected(tokenizer, text));
    }
  });
});
