import type { ChatTurn } from "../protocol/engine";
import type { StoredMessage } from "../protocol/store";

const titleLength = 60;

/**
 * The turns a model gets: the system prompt, then questions with their answers. A question whose answer
 * failed or never began is left out, because templates expect the roles to alternate.
 */
export function buildTurns(systemPrompt: string, messages: readonly StoredMessage[]): ChatTurn[] {
  const turns: ChatTurn[] = [];
  if (systemPrompt.trim().length > 0) {
    turns.push({ role: "system", text: systemPrompt });
  }
  for (const [index, message] of messages.entries()) {
    if (message.role !== "user") {
      continue;
    }
    const answer = messages[index + 1];
    const isLast = index === messages.length - 1;
    const answerText = answer?.role === "assistant" ? withoutThinking(answer.text) : "";
    if (isLast) {
      turns.push({ role: "user", text: message.text });
    } else if (answerText.length > 0) {
      turns.push({ role: "user", text: message.text }, { role: "assistant", text: answerText });
    }
  }
  return turns;
}

/** Reasoning is not part of the conversation: models are trained without their earlier thoughts. */
function withoutThinking(text: string): string {
  return text.replace(/^\s*<think>[\s\S]*?(?:<\/think>|$)/, "").trim();
}

/** A chat is named after its first question. */
export function titleOf(firstPrompt: string): string {
  const line = firstPrompt.trim().replace(/\s+/g, " ");
  return line.length <= titleLength ? line : `${line.slice(0, titleLength - 1).trimEnd()}…`;
}
