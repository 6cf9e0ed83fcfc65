// @ts-check
/** Question sets of the chat models: reading them, and counting right answers. */
import { readFileSync } from "node:fs";
import path from "node:path";

/** @typedef {{ role: "system" | "user" | "assistant", content: string }} Message */
/** @typedef {{ equals?: string[], contains?: string[], score?: number }} Expectation */
/** @typedef {{ messages: Message[], expect: Expectation, topic: string }} Question the last message is the question */

const hub = path.join(import.meta.dirname, "../../../demo-workspace/models/hub");

/**
 * The folder of a committed model's only snapshot.
 * @param {string} name such as demo-chat-gguf
 */
export function snapshot(name) {
  const repository = path.join(hub, `models--local-models--${name}`);
  const commit = readFileSync(path.join(repository, "refs/main"), "utf8").trim();
  return path.join(repository, "snapshots", commit);
}

/**
 * @param {string} file
 * @param {number} limit
 */
export function readQuestions(file, limit) {
  const lines = readFileSync(file, "utf8").trim().split("\n").slice(0, limit);
  return lines.map((line) => /** @type {Question} */ (JSON.parse(line)));
}

/**
 * @param {Expectation} expect
 * @param {string} answer
 */
function isRight({ equals, contains = [] }, answer) {
  return equals ? equals.includes(answer) : contains.every((part) => answer.includes(part));
}

/** @param {number} share */
export const percent = (share) => Math.round(share * 1000) / 10;

/**
 * @param {(messages: Message[]) => Promise<string>} answer
 * @param {Question[]} questions
 * @param {(question: Question, answer: string) => void} onWrong
 */
export async function askAll(answer, questions, onWrong) {
  let right = 0;
  /** @type {Record<string, number>} */
  const wrong = {};
  for (const question of questions) {
    const text = await answer(question.messages);
    if (isRight(question.expect, text)) right++;
    else {
      wrong[question.topic] = (wrong[question.topic] ?? 0) + 1;
      onWrong(question, text);
    }
  }
  return { right, of: questions.length, percent: percent(right / questions.length), wrong };
}

/**
 * Prints the first of the wrong answers.
 * @param {number} count
 */
export function failurePrinter(count) {
  let left = count;
  return (/** @type {Question} */ { messages, expect, topic }, /** @type {string} */ answer) => {
    if (left-- <= 0) return;
    const system = messages.find(({ role }) => role === "system")?.content;
    console.log(JSON.stringify({ topic, system, question: messages.at(-1)?.content, expect, answer }));
  };
}
