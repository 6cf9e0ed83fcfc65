import type { EvaluationLine } from "../../src/protocol/evaluation-view";
import type { EvaluationStatus } from "../../src/protocol/store-evaluations";
import { Icon } from "../shared/icon";
import { strings } from "./strings";

const icons: Record<EvaluationStatus, string> = {
  queued: "clock",
  running: "sync",
  interrupted: "debug-pause",
  cancelled: "circle-slash",
  failed: "error",
  completed: "pass",
  "completed-with-errors": "warning",
};

/** In words and with an icon, so that it is told by more than its colour. */
export function StatusBadge({ line: { status } }: { line: EvaluationLine }) {
  return (
    <span class={`status status-${status}`}>
      <Icon name={icons[status]} />
      {strings.status(status)}
    </span>
  );
}
