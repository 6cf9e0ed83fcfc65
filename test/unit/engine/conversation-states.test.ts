import assert from "node:assert/strict";
import { Tensor } from "@huggingface/transformers";
import { ConversationStates } from "../../../src/engine-process/onnx/conversation-states";
import { cutState, type DecoderState, stateBytes } from "../../../src/engine-process/onnx/decoder";

/** 1 × 2 heads × positions × 3; each value tells its head, position and place. */
function stateOf(tokens: number[], name = "past_key_values.0.key"): DecoderState {
  const values = Float32Array.from({ length: 2 * tokens.length * 3 }, (_, index) => {
    const position = Math.floor(index / 3) % tokens.length;
    return Math.floor(index / (3 * tokens.length)) * 100 + position * 10 + (index % 3);
  });
  return { tokens, cache: { [name]: new Tensor("float32", values, [1, 2, tokens.length, 3]) } };
}

describe("what a model keeps of a conversation", () => {
  it("can be cut to what it was after fewer tokens", () => {
    const cut = cutState(stateOf([1, 2, 3, 4]), 2);
    assert.deepEqual(cut?.tokens, [1, 2]);
    const tensor = cut.cache["past_key_values.0.key"]!;
    assert.deepEqual(tensor.dims, [1, 2, 2, 3]);
    assert.deepEqual([...(tensor.data as Float32Array)], [0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112]);
    assert.deepEqual(cutState(stateOf([1, 2]), 0), { tokens: [], cache: {} });
  });

  it("cannot be cut where it is a summary, but may be continued", () => {
    const summary = stateOf([1, 2, 3], "past_conv.0");
    assert.equal(cutState(summary, 2), undefined);
    assert.equal(cutState(summary, 3), summary);
    const states = new ConversationStates(1e6);
    states.keep("a", summary);
    assert.deepEqual(states.longestPrefix([1, 2, 9]).tokens, []);
    assert.deepEqual(states.longestPrefix([1, 2, 3, 9]).tokens, [1, 2, 3]);
  });

  it("is found by the longest common beginning, without the last token", () => {
    const states = new ConversationStates(1e6);
    states.keep("a", stateOf([1, 2, 3, 4]));
    states.keep("b", stateOf([1, 2, 9]));
    assert.deepEqual(states.longestPrefix([1, 2, 3, 5]).tokens, [1, 2, 3]);
    assert.deepEqual(states.longestPrefix([1, 2, 9, 9]).tokens, [1, 2, 9]);
    assert.deepEqual(states.longestPrefix([1, 2, 3]).tokens, [1, 2]);
    assert.deepEqual(states.longestPrefix([7]).tokens, []);
  });

  it("goes when it is the least recently used of too many, or of too much", () => {
    const few = new ConversationStates(1e6);
    for (const [index, conversation] of ["a", "b", "a", "c", "d", "e"].entries()) {
      few.keep(conversation, stateOf([index, 0, 0]));
    }
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((first) => few.longestPrefix([first, 0, 0, 0]).tokens.length),
      [0, 3, 3, 3, 3],
    );
    const small = new ConversationStates(stateBytes(stateOf([1, 2, 3])) * 2);
    for (const first of [1, 2, 3]) {
      small.keep(String(first), stateOf([first, 0, 0]));
    }
    assert.deepEqual(
      [1, 2, 3].map((first) => small.longestPrefix([first, 0, 0, 0]).tokens.length),
      [0, 3, 3],
    );
    const tiny = new ConversationStates(1);
    tiny.keep("a", stateOf([1, 2]));
    assert.deepEqual(tiny.longestPrefix([1, 2, 3]).tokens, [1, 2]);
  });
});
