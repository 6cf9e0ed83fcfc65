import { useEffect, useRef, useState } from "preact/hooks";
import type { EvaluationLine } from "../../src/protocol/evaluation-view";
import type { EvaluationStatus } from "../../src/protocol/store-evaluations";
import { strings } from "./strings";

/** Tells screen readers when an evaluation begins or ends; every response would be a sentence too many. */
export function Announcer({ evaluations }: { evaluations: readonly EvaluationLine[] }) {
  const [text, setText] = useState("");
  const before = useRef<ReadonlyMap<string, EvaluationStatus> | undefined>(undefined);
  useEffect(() => {
    const changed = evaluations.filter(({ id, status }) => {
      const known = before.current?.get(id);
      return known !== undefined && known !== status;
    });
    before.current = new Map(evaluations.map(({ id, status }) => [id, status]));
    if (changed.length > 0) {
      setText(changed.map(({ name, status }) => strings.statusNow(name, strings.status(status))).join(" "));
    }
  }, [evaluations]);
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
