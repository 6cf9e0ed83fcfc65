import type { ChatTurn } from "../../protocol/engine";
import { fillPlaceholders, placeholdersIn } from "./placeholders";
import type { Sequence } from "./suite";

export const contextPlaceholder = "context";

/** Whether a prompt takes what came before as text in its own place, and not as chat turns. */
export function takesContextAsText(text: string): boolean {
  return placeholdersIn(text).includes(contextPlaceholder);
}

/**
 * What a model is given for the prompt at `index` after the responses to all prompts before it in the same
 * run. As chat turns by default; with `{{context}}` as one turn in which the placeholder becomes the earlier
 * prompts and responses, each a paragraph of its own. In an independent sequence nothing comes before.
 */
export function turnsForPrompt(
  sequence: Sequence,
  index: number,
  earlierResponses: readonly string[],
): ChatTurn[] {
  const prompt = sequence.prompts[index];
  const before = sequence.independent ? [] : sequence.prompts.slice(0, index);
  if (!prompt || (before.length > 0 && earlierResponses.length < before.length)) {
    throw new RangeError(`Prompt ${index} cannot be asked after ${earlierResponses.length} responses.`);
  }
  const earlier = before.flatMap(({ text }, position): ChatTurn[] => [
    { role: "user", text: withContext(text, "") },
    { role: "assistant", text: earlierResponses[position] ?? "" },
  ]);
  const system: ChatTurn[] = sequence.systemPrompt ? [{ role: "system", text: sequence.systemPrompt }] : [];
  if (takesContextAsText(prompt.text)) {
    const context = earlier.map(({ text }) => text).join("\n\n");
    return [...system, { role: "user", text: withContext(prompt.text, context) }];
  }
  return [...system, ...earlier, { role: "user", text: prompt.text }];
}

/** A prompt that is quoted later goes without the context that it had: that is there already. */
function withContext(text: string, context: string): string {
  return takesContextAsText(text)
    ? fillPlaceholders(text, (name) => (name === contextPlaceholder ? context : undefined)).trim()
    : text;
}
