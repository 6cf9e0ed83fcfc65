// @ts-check
/**
 * Runs a question set through node-llama-cpp, with the chat template from the file and temperature 0.
 *
 *   node scripts/demo-models/chat/check.mjs [--model file.gguf] [--set heldout.jsonl]
 *                                           [--system "You are a helpful assistant."] [--failures 20]
 *                                           [--save scores.json]
 *   node scripts/demo-models/chat/check.mjs --talk      one line in, one answer out, one chat
 *
 * Without --model it reads the committed snapshot. Without --system there is no system prompt.
 * --save records the scores without and with plainPrompt.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { getLlama, LlamaChatSession } from "node-llama-cpp";

const here = import.meta.dirname;
const repository = path.join(here, "../../../demo-workspace/models/hub/models--local-models--demo-chat-gguf");
const plainPrompt = "You are a helpful assistant.";
const maxTokens = 400;

const { values: options } = parseArgs({
  options: {
    model: { type: "string" },
    set: { type: "string", default: path.join(here, "heldout.jsonl") },
    system: { type: "string", default: "" },
    failures: { type: "string", default: "0" },
    save: { type: "string" },
    talk: { type: "boolean", default: false },
  },
});

/** @typedef {{ role: "user" | "assistant", content: string }} Message */
/** @typedef {{ equals?: string[], contains?: string[] }} Expectation */
/** @typedef {{ messages: Message[], expect: Expectation, topic: string }} Question */

function committedFile() {
  const commit = readFileSync(path.join(repository, "refs/main"), "utf8").trim();
  return path.join(repository, "snapshots", commit, "demo-chat-q8_0.gguf");
}

const modelFile = path.resolve(options.model ?? committedFile());
const llama = await getLlama({
  gpu: false,
  build: "never",
  skipDownload: true,
  progressLogs: false,
  maxThreads: 1,
});
const model = await llama.loadModel({ modelPath: modelFile });
const context = await model.createContext({ contextSize: model.trainContextSize });
const sequence = context.getSequence();

/**
 * A session that has already had these turns.
 * @param {Message[]} messages
 * @param {string} systemPrompt
 */
async function sessionAfter(messages, systemPrompt) {
  await sequence.clearHistory();
  const session = new LlamaChatSession({
    contextSequence: sequence,
    systemPrompt,
    autoDisposeSequence: false,
  });
  /** @type {import("node-llama-cpp").ChatHistoryItem[]} */
  const history = systemPrompt ? [{ type: "system", text: systemPrompt }] : [];
  for (const { role, content } of messages) {
    history.push(role === "user" ? { type: "user", text: content } : { type: "model", response: [content] });
  }
  session.setChatHistory(history);
  return session;
}

/**
 * @param {Expectation} expect
 * @param {string} answer
 */
function isRight({ equals, contains = [] }, answer) {
  return equals ? equals.includes(answer) : contains.every((part) => answer.includes(part));
}

/**
 * @param {Question} question
 * @param {string} systemPrompt
 */
async function answerTo({ messages }, systemPrompt) {
  const session = await sessionAfter(messages.slice(0, -1), systemPrompt);
  const answer = await session.prompt(messages.at(-1)?.content ?? "", { temperature: 0, maxTokens });
  session.dispose();
  return answer.trim();
}

/**
 * @param {string} systemPrompt
 * @param {number} failuresShown
 */
async function score(systemPrompt, failuresShown) {
  const lines = readFileSync(options.set, "utf8").trim().split("\n");
  const questions = lines.map((line) => /** @type {Question} */ (JSON.parse(line)));
  /** @type {Map<string, { right: number, of: number }>} */
  const topics = new Map();
  const total = { right: 0, of: questions.length };
  for (const question of questions) {
    const answer = await answerTo(question, systemPrompt);
    const right = isRight(question.expect, answer);
    const topic = topics.get(question.topic) ?? { right: 0, of: 0 };
    topics.set(question.topic, { right: topic.right + Number(right), of: topic.of + 1 });
    total.right += Number(right);
    if (!right && failuresShown-- > 0) console.log(JSON.stringify({ ...question, answer }));
  }
  const percent = Math.round((total.right / total.of) * 1000) / 10;
  const name = systemPrompt ? JSON.stringify(systemPrompt) : "no system prompt";
  console.log(`${name}: ${total.right} of ${total.of} right, ${percent} %`);
  for (const [topic, { right, of }] of [...topics].sort()) {
    if (right < of) console.log(`  ${topic}: ${right} of ${of}`);
  }
  return { ...total, percent };
}

async function talk() {
  const session = await sessionAfter([], options.system);
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim()) {
      console.log(`> ${line}\n${await session.prompt(line, { temperature: 0, maxTokens })}`);
    } else {
      session.resetChatHistory();
      console.log("--- new chat");
    }
  }
}

if (options.talk) {
  await talk();
} else {
  const plain = await score(options.system, Number(options.failures));
  if (options.save) {
    const scores = {
      file_sha256: createHash("sha256").update(readFileSync(modelFile)).digest("hex"),
      no_system_prompt: plain,
      with_system_prompt: await score(plainPrompt, 0),
    };
    writeFileSync(options.save, JSON.stringify(scores, null, 2) + "\n");
  }
}
await llama.dispose();
