import type { EvaluationOutline, ResponseLine } from "../../../src/protocol/evaluation-view";
import { Icon } from "../../shared/icon";
import { memo } from "../../shared/memo";
import { strings } from "../strings";
import { checkOutcome, columns } from "./columns";

interface ResponseRowProps {
  index: number;
  /** Pixels. */
  top: number;
  /** Undefined until it is loaded. */
  line: ResponseLine | undefined;
  outline: EvaluationOutline;
  isActive: boolean;
  onOpen: (index: number) => void;
}

export const ResponseRow = memo(function ResponseRow(props: ResponseRowProps) {
  const { index, top, line, outline, isActive, onOpen } = props;
  return (
    <div
      class={`row ${line && line.status !== "ok" ? "is-failed" : ""}`}
      role="row"
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={isActive}
      tabIndex={isActive ? 0 : -1}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onOpen(index)}
    >
      {line ? (
        columns.map(({ id, isNumber, text, tooltip }, column) => (
          <div
            key={id}
            class={`cell cell-${id} ${isNumber ? "is-number" : ""} ${id === "checks" ? `is-${checkOutcome(line)}` : ""}`}
            role="gridcell"
            aria-colindex={column + 1}
            title={tooltip?.(line, outline)}
          >
            {id === "text" && line.status !== "ok" && (
              <Icon name={line.status === "failed" ? "error" : "debug-step-over"} />
            )}
            {id === "checks" && checkOutcome(line) === "failed" && <Icon name="close" />}
            {id === "checks" && checkOutcome(line) === "passed" && <Icon name="check" />}
            {text(line, outline)}
          </div>
        ))
      ) : (
        <div class="cell cell-loading hint" role="gridcell">
          {strings.loadingPart()}
        </div>
      )}
    </div>
  );
});
