const opening = "<think>";
const closing = "</think>";

/** A reasoning model's output, taken apart. */
export interface ThinkingSplit {
  /** Null when the text does not begin with a thinking section. */
  thinking: string | null;
  answer: string;
  /** Whether the thinking section has not ended yet. */
  isOpen: boolean;
}

/**
 * Separates a leading `<think>…</think>` section from the answer. While text still streams, a beginning
 * such as `<thi` counts as the start of one, so that the tag never flashes up.
 */
export function splitThinking(text: string, isStreaming: boolean): ThinkingSplit {
  const body = text.trimStart();
  if (!body.startsWith(opening)) {
    const mayBecomeThinking = isStreaming && body !== "" && opening.startsWith(body);
    return { thinking: null, answer: mayBecomeThinking ? "" : text, isOpen: false };
  }
  const end = body.indexOf(closing);
  if (end >= 0) {
    return {
      thinking: body.slice(opening.length, end).trim(),
      answer: body.slice(end + closing.length).trimStart(),
      isOpen: false,
    };
  }
  const thinking = withoutPartialTag(body.slice(opening.length), closing);
  return { thinking: thinking.trim(), answer: "", isOpen: true };
}

/** Drops the longest end of `text` that is a beginning of `tag`. */
function withoutPartialTag(text: string, tag: string): string {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(tag.slice(0, length))) {
      return text.slice(0, -length);
    }
  }
  return text;
}
