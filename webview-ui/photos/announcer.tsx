import { useEffect, useState } from "preact/hooks";
import { countSelected } from "./grid/selection";
import type { SearchState } from "./search";
import { summaryOf } from "./search/toolbar";
import { strings } from "./strings";

/** While someone types, every key would be a sentence. */
const restMs = 800;

/** Tells screen readers what a search found and how much is selected, once that rests. */
export function Announcer({ search: { answered, selection } }: { search: SearchState }) {
  const [text, setText] = useState("");
  const selected = countSelected(selection);
  useEffect(() => {
    const timer = setTimeout(() => setText(answered ? describe(answered) : ""), restMs);
    return () => clearTimeout(timer);
    // The same query answered again, because the index grows, is no news.
  }, [answered?.query]);
  useEffect(() => {
    if (selected > 0) {
      const timer = setTimeout(() => setText(strings.selected(selected)), restMs / 2);
      return () => clearTimeout(timer);
    }
    return undefined;
  }, [selected]);
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}

function describe(answered: NonNullable<SearchState["answered"]>): string {
  const { count, likely } = answered.results;
  return count > 0 && likely === 0 ? strings.nothingLikely() : summaryOf(answered);
}
