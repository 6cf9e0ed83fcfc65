import type { ComparedMeasure, Comparison, MeasureKind } from "../../protocol/evaluation-view";
import type { EvaluationStore } from "../run/run-options";
import { type PairedScore, pairedDifference } from "../statistics/paired-bootstrap";
import { mean } from "../statistics/summary";
import { breathe } from "./estimate";
import { flipsOf } from "./flips";
import { pairwiseLines } from "./pairwise";
import type { GivenScore, Outcome } from "./score-table";
import { describeSide, type Pair, pairUp, type Side } from "./sides";

/** Everything that two sides differ in, over the prompts and runs that both have. */
export async function compareSides(store: EvaluationStore, first: Side, second: Side): Promise<Comparison> {
  const { pairs, unmatched } = pairUp(first, second);
  const judgedAlike = scoresInCommon(first, second);
  const measures: ComparedMeasure[] = [];
  for (const question of questionsOf(judgedAlike)) {
    const measure = measureOf(question, pairs, first, second);
    if (measure) {
      measures.push(measure);
    }
    await breathe();
  }
  return {
    first: describeSide(first),
    second: describeSide(second),
    pairs: pairs.length,
    unmatched: { first: unmatched[0], second: unmatched[1] },
    hasSameConfiguration: first.evaluation.configHash === second.evaluation.configHash,
    hasOtherJudges: judgedAlike.judges.length === 0 && isScored(first) && isScored(second),
    measures,
    flips: await flipsOf(store, pairs),
    pairwise: await pairwiseLines(store, first, second),
  };
}

interface Question {
  kind: MeasureKind;
  criterion: string;
  valueOf: (side: Side, outcome: Outcome) => number | undefined;
}

/** Judges and criteria that both sides have; scores of other scales are not comparable. */
interface InCommon {
  judges: string[];
  criteria: string[];
}

function scoresInCommon(first: Side, second: Side): InCommon {
  const isSameScale =
    first.suite.scale.min === second.suite.scale.min && first.suite.scale.max === second.suite.scale.max;
  const both = (nameOf: (score: GivenScore) => string) => {
    const others = new Set(scoresIn(second).map(nameOf));
    return [...new Set(scoresIn(first).map(nameOf))].filter((name) => others.has(name));
  };
  if (!isSameScale) {
    return { judges: [], criteria: [] };
  }
  const order = first.suite.criteria.map(({ name }) => name);
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return {
    judges: both(({ judge }) => judge),
    criteria: both(({ criterion }) => criterion).sort((a, b) => rank(a) - rank(b)),
  };
}

function scoresIn({ outcomes, scoresOf }: Side): GivenScore[] {
  return outcomes.flatMap(({ id }) => scoresOf.get(id) ?? []);
}

function isScored(side: Side): boolean {
  return side.outcomes.some(({ id }) => side.scoresOf.has(id));
}

function questionsOf({ judges, criteria }: InCommon): Question[] {
  const meanOf =
    (wanted: readonly string[]) =>
    (side: Side, { id }: Outcome) =>
      mean(
        (side.scoresOf.get(id) ?? [])
          .filter(({ judge, criterion }) => judges.includes(judge) && wanted.includes(criterion))
          .map(({ score }) => score),
      );
  return [
    { kind: "score", criterion: "", valueOf: meanOf(criteria) },
    ...(criteria.length > 1
      ? criteria.map((criterion) => ({ kind: "criterion" as const, criterion, valueOf: meanOf([criterion]) }))
      : []),
    {
      kind: "checks",
      criterion: "",
      valueOf: (_, { checksPassed, checksTold }) =>
        checksTold === 0 ? undefined : checksPassed / checksTold,
    },
    { kind: "tokensPerSecond", criterion: "", valueOf: (_, outcome) => outcome.tokensPerSecond },
    { kind: "timeToFirstTokenMs", criterion: "", valueOf: (_, outcome) => outcome.timeToFirstTokenMs },
    { kind: "generatedTokens", criterion: "", valueOf: (_, outcome) => outcome.generatedTokens },
  ];
}

/** Undefined where no pair has the value on both sides. */
function measureOf(
  { kind, criterion, valueOf }: Question,
  pairs: readonly Pair[],
  first: Side,
  second: Side,
): ComparedMeasure | undefined {
  const values = pairs.flatMap((pair): PairedScore[] => {
    const [ofFirst, ofSecond] = [valueOf(first, pair.first), valueOf(second, pair.second)];
    return ofFirst === undefined || ofSecond === undefined
      ? []
      : [{ unit: pair.unit, first: ofFirst, second: ofSecond }];
  });
  const { mean: difference, interval, units } = pairedDifference(values);
  if (difference === undefined) {
    return undefined;
  }
  return {
    kind,
    criterion,
    first: mean(values.map((value) => value.first)) ?? 0,
    second: mean(values.map((value) => value.second)) ?? 0,
    difference,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    pairs: values.length,
    prompts: units,
  };
}
