import type { EvaluationLine } from "../../../src/protocol/evaluation-view";
import { Field, NativeSelect } from "../../shared/fields";
import { strings } from "../strings";
import type { ChosenSide } from "../view-state";

interface SidePickerProps {
  label: string;
  side: ChosenSide;
  evaluations: readonly EvaluationLine[];
  /** How many runs there are to choose from; undefined where all count. */
  runs: number | undefined;
  onChange: (side: ChosenSide) => void;
}

/** Which evaluation, which of its models, and for reading which run. */
export function SidePicker({ label, side, evaluations, runs, onChange }: SidePickerProps) {
  const models = evaluations.find(({ id }) => id === side.evaluationId)?.models ?? [];
  return (
    <fieldset class="side">
      <legend>{label}</legend>
      <Field label={strings.evaluation()}>
        <NativeSelect
          options={evaluations.map(({ id, name, createdAt }) => ({
            value: id,
            label: strings.evaluationOption(name, createdAt),
          }))}
          value={side.evaluationId}
          onChange={(evaluationId) => onChange({ evaluationId, model: 0, run: 1 })}
        />
      </Field>
      <Field label={strings.model()}>
        <NativeSelect
          options={models.map((name, index) => ({ value: String(index), label: name }))}
          value={String(side.model)}
          onChange={(value) => onChange({ ...side, model: Number(value) })}
        />
      </Field>
      {runs !== undefined && runs > 1 && (
        <Field label={strings.run()} className="is-run">
          <NativeSelect
            options={Array.from({ length: runs }, (_, index) => ({
              value: String(index + 1),
              label: strings.tokens(index + 1),
            }))}
            value={String(side.run)}
            onChange={(value) => onChange({ ...side, run: Number(value) })}
          />
        </Field>
      )}
    </fieldset>
  );
}
