import assert from "node:assert/strict";
import { type Deferred, deferred } from "../../../src/common/async";
import { StartingPrompt } from "../../../src/chat/starting-prompt";

describe("the system prompt of a chat that has not begun", () => {
  let adopted: string[];
  let asked: (string | undefined)[];
  let answers: Deferred<string>[];
  let prompt: StartingPrompt;

  beforeEach(() => {
    adopted = [];
    asked = [];
    answers = [];
    prompt = new StartingPrompt(
      (modelId) => {
        asked.push(modelId);
        const answer = deferred<string>();
        answers.push(answer);
        return answer.promise;
      },
      (text) => adopted.push(text),
    );
  });

  it("follows the model, and asks once for each change", async () => {
    const first = prompt.follow(undefined);
    answers[0]!.resolve("general");
    await first;
    const second = prompt.follow("a");
    await prompt.follow("a");
    answers[1]!.resolve("of a");
    await second;
    assert.deepEqual(asked, [undefined, "a"]);
    assert.deepEqual(adopted, ["general", "of a"]);
  });

  it("is that of the model chosen last, whoever answers first", async () => {
    const both = [prompt.follow("a"), prompt.follow("b")];
    answers[1]!.resolve("of b");
    answers[0]!.resolve("of a");
    await Promise.all(both);
    assert.deepEqual(adopted, ["of b"]);
  });

  it("stays what a person wrote meanwhile", async () => {
    const following = prompt.follow("a");
    prompt.close();
    answers[0]!.resolve("of a");
    await following;
    await prompt.follow("b");
    await prompt.settle("b");
    assert.deepEqual([asked, adopted], [["a"], []]);
  });

  it("is read anew for the first message, which fails when it cannot be read", async () => {
    const following = prompt.follow("a");
    answers[0]!.reject(new Error("broken"));
    await following;
    const settling = prompt.settle("a");
    answers[1]!.reject(new Error("broken"));
    await assert.rejects(settling, /broken/);
    const again = prompt.settle("a");
    answers[2]!.resolve("mended");
    await again;
    assert.deepEqual(adopted, ["mended"]);
  });
});
