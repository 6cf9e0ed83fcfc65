import type {
  Comparison,
  EvaluationLine,
  EvaluationOutline,
  PromptPlace,
} from "../../../src/protocol/evaluation-view";
import { IconButton } from "../../shared/button";
import { Loading } from "../../shared/loading";
import type { EvaluationClient } from "../client";
import { Tabs } from "../run/tabs";
import { useEscape } from "../run/run-page";
import { strings } from "../strings";
import { useAnswer, useArrival } from "../use-source";
import type { ChosenSide, Place } from "../view-state";
import { Differences } from "./differences";
import { Flips } from "./flips";
import { Pairwise } from "./pairwise";
import { Reading } from "./reading";
import { SidePicker } from "./side-picker";
import "./compare.css";

type ComparePlace = Extract<Place, { type: "compare" }>;

interface ComparePageProps {
  client: EvaluationClient;
  evaluations: readonly EvaluationLine[];
  place: ComparePlace;
  goTo: (place: Place) => void;
  hasArrived: boolean;
}

/** Two models, quantizations or evaluations: in numbers, and side by side. */
export function ComparePage({ client, evaluations, place, goTo, hasArrived }: ComparePageProps) {
  const main = useArrival<HTMLElement>(hasArrived);
  const { first, second, reads } = place;
  const outline = useAnswer(first.evaluationId, 0, (signal) =>
    client.request("outline", { evaluationId: first.evaluationId }, { signal }),
  );
  const goBack = () => goTo({ type: "run", evaluationId: first.evaluationId, tab: "responses" });
  useEscape(goBack);
  const nameOf = ({ evaluationId, model }: ChosenSide) =>
    evaluations.find(({ id }) => id === evaluationId)?.models[model] ?? "";
  const change = (next: Partial<ComparePlace>) => goTo({ ...place, ...next });
  const firstPrompt = firstPromptOf(outline.value ?? undefined);
  return (
    <main class="compare-page" ref={main} tabIndex={-1} aria-label={strings.comparison()}>
      <header class="run-header">
        <div class="run-title">
          <IconButton icon="arrow-left" label={strings.backToOne()} onClick={goBack} />
          <h1>{strings.comparison()}</h1>
        </div>
        <div class="sides">
          <SidePicker
            label={strings.first()}
            side={first}
            evaluations={evaluations}
            runs={reads ? outline.value?.runs : undefined}
            onChange={(side) => change({ first: side })}
          />
          <IconButton
            icon="arrow-swap"
            label={strings.swap()}
            onClick={() => change({ first: second, second: first })}
          />
          <SidePicker
            label={strings.second()}
            side={second}
            evaluations={evaluations}
            runs={reads ? outline.value?.runs : undefined}
            onChange={(side) => change({ second: side })}
          />
        </div>
        <Tabs
          label={strings.comparison()}
          tabs={[
            { id: "numbers", text: strings.differences() },
            { id: "reading", text: strings.sideBySide() },
          ]}
          value={reads ? "reading" : "numbers"}
          panelId="compare-panel"
          onChange={(tab) => change({ reads: tab === "reading" ? firstPrompt : null })}
        />
      </header>
      <div class="compare-panel" id="compare-panel" role="tabpanel">
        {reads && outline.value ? (
          <Reading
            {...{ client, outline: outline.value, first, second, place: reads }}
            names={[nameOf(first), nameOf(second)]}
            onPlace={(next) => change({ reads: next })}
          />
        ) : (
          <Numbers
            {...{ client, evaluations, place }}
            onRead={(next, run) =>
              change({ reads: next, first: { ...first, run }, second: { ...second, run } })
            }
          />
        )}
      </div>
    </main>
  );
}

function firstPromptOf(outline: EvaluationOutline | undefined): PromptPlace | null {
  const sequence = outline?.sequences[0];
  const prompt = sequence?.prompts[0];
  return sequence && prompt !== undefined ? { sequence: sequence.name, prompt } : null;
}

interface NumbersProps extends Pick<ComparePageProps, "client" | "evaluations" | "place"> {
  onRead: (place: PromptPlace, run: number) => void;
}

function Numbers({ client, evaluations, place: { first, second }, onRead }: NumbersProps) {
  const sides = {
    first: { evaluationId: first.evaluationId, model: first.model },
    second: { evaluationId: second.evaluationId, model: second.model },
  };
  const isSame = sides.first.evaluationId === sides.second.evaluationId && first.model === second.model;
  const revision = evaluations
    .filter(({ id }) => id === first.evaluationId || id === second.evaluationId)
    .reduce((sum, line) => sum + line.revision, 0);
  const answer = useAnswer(
    JSON.stringify(sides),
    revision,
    (signal) => client.request("compare", sides, { signal }),
    5000,
  );
  if (isSame) {
    return <p class="hint table-message">{strings.sameSide()}</p>;
  }
  return answer.value ? (
    <Content comparison={answer.value} onRead={onRead} />
  ) : (
    <Loading
      text={strings.loadingPart()}
      failure={strings.notOpened()}
      error={answer.error}
      onRetry={answer.retry}
      onShowLog={() => void client.call("showLog", null)}
    />
  );
}

function Content({
  comparison,
  onRead,
}: {
  comparison: Comparison;
  onRead: (place: PromptPlace, run: number) => void;
}) {
  const { pairs, unmatched, hasSameConfiguration, hasOtherJudges, measures, flips, pairwise } = comparison;
  if (pairs === 0) {
    return <p class="hint table-message">{strings.nothingInCommon()}</p>;
  }
  const facts = [
    strings.pairs(pairs),
    ...(unmatched.first + unmatched.second > 0 ? [strings.unmatched(unmatched.first, unmatched.second)] : []),
  ];
  return (
    <>
      <p class="hint">{strings.andThen(facts)}</p>
      {!hasSameConfiguration && <p class="hint">{strings.otherConfiguration()}</p>}
      {hasOtherJudges && <p class="hint">{strings.otherJudges()}</p>}
      <section aria-label={strings.differences()}>
        <h2>{strings.differences()}</h2>
        <p class="hint">{strings.differenceHint()}</p>
        <Differences comparison={comparison} measures={measures} />
      </section>
      {measures.some(({ kind }) => kind === "checks") && <Flips flips={flips} onRead={onRead} />}
      {pairwise.length > 0 && <Pairwise lines={pairwise} />}
    </>
  );
}
