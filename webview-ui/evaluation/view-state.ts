import type { EvaluationAction, EvaluationLine, PromptPlace } from "../../src/protocol/evaluation-view";
import type { ResponseFilter, ResponseSort } from "../../src/protocol/store-evaluations";

/** What the page shows. */
export type Place =
  | { type: "list" }
  | { type: "run"; evaluationId: string; tab: RunTab }
  | { type: "compare"; first: ChosenSide; second: ChosenSide; reads: PromptPlace | null };

export const runTabs = ["responses", "summary"] as const;
export type RunTab = (typeof runTabs)[number];

/** A side of a comparison; the run counts only for reading. */
export interface ChosenSide {
  evaluationId: string;
  model: number;
  run: number;
}

/** Which rows of the table, in which order. */
export interface TableQuery {
  filter: ResponseFilter;
  sort: ResponseSort;
  isDescending: boolean;
}

export const emptyTable: TableQuery = { filter: {}, sort: "position", isDescending: false };
export const sortNames: readonly ResponseSort[] = [
  "position",
  "score",
  "tokens",
  "generation",
  "firstToken",
  "speed",
];

/** The filter with a change; what is undefined or empty is left out. */
export function changeFilter(filter: ResponseFilter, change: ResponseFilter): ResponseFilter {
  const merged = Object.entries({ ...filter, ...change });
  return Object.fromEntries(merged.filter(([, value]) => value !== undefined && value !== ""));
}

export function isFiltered(filter: ResponseFilter): boolean {
  return Object.keys(filter).length > 0;
}

/** A click on a column: another one sorts with the most telling first, the same one turns round. */
export function sortBy(query: TableQuery, sort: ResponseSort): TableQuery {
  if (query.sort === sort) {
    return { ...query, isDescending: !query.isDescending };
  }
  // The worst scores and the slowest answers are what one looks for.
  const isDescending = sort === "tokens" || sort === "generation" || sort === "firstToken";
  return { ...query, sort, isDescending };
}

/** What can be done with an evaluation now. The first is what a person wants most. */
export function actionsFor(line: EvaluationLine): EvaluationAction[] {
  const { status, activity, failed, skipped, scoresFailed, ok, models } = line;
  if (activity) {
    return [...(activity.state === "ending" ? [] : (["cancel"] as const)), "reset", ...alwaysFor(line)];
  }
  const isUnfinished = status === "interrupted" || status === "cancelled" || status === "failed";
  return [
    ...(isUnfinished ? (["resume"] as const) : []),
    ...(failed + skipped + scoresFailed > 0 ? (["retryFailed"] as const) : []),
    ...(ok > 0 ? (["judge"] as const) : []),
    ...(ok > 0 && models.length > 1 ? (["comparePairs"] as const) : []),
    ...(line.hasLockfile ? (["rerun"] as const) : []),
    ...alwaysFor(line),
    "delete",
  ];
}

function alwaysFor({ hasSuiteFile }: EvaluationLine): EvaluationAction[] {
  return ["export", "showOutput", ...(hasSuiteFile ? (["openSuite"] as const) : [])];
}

/** Share of all responses that are there, 0…100. */
export function percentDone({ total, ok, failed, skipped, activity }: EvaluationLine): number {
  if (activity && (activity.phase === "judging" || activity.phase === "comparing")) {
    return activity.total === 0 ? 0 : (activity.done / activity.total) * 100;
  }
  return total === 0 ? 0 : ((ok + failed + skipped) / total) * 100;
}

/** The two that one most likely wants to compare: its first two models, or the same model of another one. */
export function firstComparison(
  evaluationId: string,
  evaluations: readonly EvaluationLine[],
): Extract<Place, { type: "compare" }> {
  const line = evaluations.find(({ id }) => id === evaluationId);
  const first = { evaluationId, model: 0, run: 1 };
  if ((line?.models.length ?? 0) > 1) {
    return { type: "compare", first, second: { evaluationId, model: 1, run: 1 }, reads: null };
  }
  const other =
    evaluations.find(({ id, name }) => id !== evaluationId && name === line?.name) ??
    evaluations.find(({ id }) => id !== evaluationId);
  const second = other ? { evaluationId: other.id, model: 0, run: 1 } : first;
  return { type: "compare", first, second, reads: null };
}
