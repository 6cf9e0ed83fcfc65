import type { ChatTurn } from "../../protocol/engine";

/** What ends an answer in the plain format: the model goes on with the next turn by itself. */
export const plainStopTexts = ["\nUser:", "\nAssistant:"];

/**
 * A conversation for models without a chat template, such as GPT-2's family:
 *
 *     {system text}
 *     (an empty line, when there is a system text)
 *     User: {text}
 *     Assistant: {text}
 *     User: {text}
 *     Assistant:
 *
 * The model goes on after the last line; its answer ends at `\nUser:`, at `\nAssistant:` or at the model's own
 * end token. A line within a text that would look like a turn gets a space put before it.
 */
export function renderPlainTurns(turns: readonly ChatTurn[]): string {
  const systemTexts = turns.filter(({ role }) => role === "system").map(({ text }) => withoutTurnLines(text));
  const lines = turns.filter(({ role }) => role !== "system").map(plainTurn);
  return [...systemTexts.map((text) => `${text}\n\n`), ...lines, "Assistant:"].join("");
}

function plainTurn({ role, text }: ChatTurn): string {
  return `${role === "user" ? "User" : "Assistant"}: ${withoutTurnLines(text)}\n`;
}

function withoutTurnLines(text: string): string {
  return text.replace(/^(?=(?:User|Assistant):)/gm, " ");
}

/** Takes the white space around a streamed answer away: what ends it is known only when more follows. */
export class AnswerTrimmer {
  #begun = false;
  #held = "";

  push(text: string): string {
    const whole = this.#begun ? this.#held + text : text.trimStart();
    this.#begun ||= whole.length > 0;
    const kept = whole.trimEnd();
    this.#held = whole.slice(kept.length);
    return kept;
  }
}
