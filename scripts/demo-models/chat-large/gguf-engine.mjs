// @ts-check
/** Answers of a GGUF file through node-llama-cpp, with the chat template from the file and temperature 0. */
import { getLlama, LlamaChatSession } from "node-llama-cpp";

const maxTokens = 400;
const score = /** @type {const} */ ({ type: "integer", enum: [1, 2, 3, 4, 5] });

/** @typedef {import("../shared/questions.mjs").Message} Message */

const llama = await getLlama({
  gpu: false,
  build: "never",
  skipDownload: true,
  progressLogs: false,
  maxThreads: 1,
});
const scoreGrammar = await llama.createGrammarForJsonSchema({ type: "object", properties: { score } });

/** @param {string} modelPath */
export async function openGguf(modelPath) {
  const model = await llama.loadModel({ modelPath });
  const context = await model.createContext({ contextSize: model.trainContextSize });
  const sequence = context.getSequence();

  /**
   * @param {Message[]} messages the last is the question
   * @param {boolean} [asScore] holds the answer to a JSON object with a score
   */
  async function answer(messages, asScore = false) {
    await sequence.clearHistory();
    const session = new LlamaChatSession({
      contextSequence: sequence,
      systemPrompt: "",
      autoDisposeSequence: false,
    });
    session.setChatHistory(
      messages.slice(0, -1).map(({ role, content }) => {
        if (role === "assistant") return { type: "model", response: [content] };
        return role === "system" ? { type: "system", text: content } : { type: "user", text: content };
      }),
    );
    const question = messages.at(-1)?.content ?? "";
    const text = asScore
      ? await session.prompt(question, { temperature: 0, maxTokens, grammar: scoreGrammar })
      : await session.prompt(question, { temperature: 0, maxTokens });
    session.dispose();
    return text.trim();
  }

  return { answer, holdsSchemas: true, close: () => model.dispose() };
}
