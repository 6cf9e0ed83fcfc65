import type { ComparedMeasure, Comparison, MeasureKind } from "../../../src/protocol/evaluation-view";
import { intervalText } from "../charts/bar-chart";
import { strings } from "../strings";
import { placesOf, reachOf, verdictOf } from "./difference-layout";

interface DifferencesProps {
  comparison: Comparison;
  measures: readonly ComparedMeasure[];
}

/** One row for each measure: both means, and how sure the difference is. */
export function Differences({ comparison, measures }: DifferencesProps) {
  const { first, second } = comparison;
  return (
    <div class="table-box">
      <table class="figures-table differences">
        <thead>
          <tr>
            <th scope="col">{strings.measure()}</th>
            <th scope="col" class="is-number">
              {strings.first()}
            </th>
            <th scope="col" class="is-number">
              {strings.second()}
            </th>
            <th scope="col" class="is-number">
              {strings.difference()}
            </th>
            <th scope="col" class="is-number">
              {strings.intervalLabel()}
            </th>
            <th scope="col" class="difference-plot" aria-hidden="true" />
            <th scope="col">{strings.verdict()}</th>
          </tr>
        </thead>
        <tbody>
          {measures.map((measure) => {
            const { kind, criterion } = measure;
            const format = (value: number) => formatMeasure(kind, value);
            return (
              <tr key={`${kind} ${criterion}`} class={kind === "criterion" ? "is-part" : ""}>
                <th scope="row">{strings.measureName(kind, criterion)}</th>
                <td class="is-number">{format(measure.first)}</td>
                <td class="is-number">{format(measure.second)}</td>
                <td class="is-number">{signed(measure.difference, format)}</td>
                <td class="is-number">{intervalText(measure, (value) => signed(value, format))}</td>
                <td class="difference-plot" aria-hidden="true">
                  <Plot measure={measure} all={measures} />
                </td>
                <td>{verdictText(measure, first.modelName, second.modelName)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Plot({ measure, all }: { measure: ComparedMeasure; all: readonly ComparedMeasure[] }) {
  const { difference, low, high } = placesOf(measure, reachOf(measure, all));
  return (
    <svg
      width="100"
      height="16"
      viewBox="0 0 100 16"
      focusable="false"
      class={`plot is-${verdictOf(measure)}`}
    >
      <line class="zero" x1="50" x2="50" y1="0" y2="16" />
      {low !== undefined && high !== undefined && (
        <path class="interval" d={`M${low} 8H${high}M${low} 5V11M${high} 5V11`} />
      )}
      <circle cx={difference} cy="8" r="3" />
    </svg>
  );
}

function verdictText(measure: ComparedMeasure, first: string, second: string): string {
  switch (verdictOf(measure)) {
    case "first":
      return strings.better(first === second ? strings.first() : first);
    case "second":
      return strings.better(first === second ? strings.second() : second);
    case "different":
      return strings.clearDifference();
    case "chance":
      return strings.unclearDifference();
    case "unknown":
      return strings.tooFew();
  }
}

function formatMeasure(kind: MeasureKind, value: number): string {
  switch (kind) {
    case "score":
    case "criterion":
      return strings.score2(value);
    case "checks":
      return strings.percent(value);
    case "timeToFirstTokenMs":
      return strings.duration(value);
    case "tokensPerSecond":
    case "generatedTokens":
      return strings.number(value, 1);
  }
}

/** With its sign, so that a difference reads as one. */
function signed(value: number, format: (value: number) => string): string {
  const text = format(Math.abs(value));
  const isNothing = !/[1-9]/.test(text);
  return isNothing ? text : `${value > 0 ? "+" : "−"}${text}`;
}
