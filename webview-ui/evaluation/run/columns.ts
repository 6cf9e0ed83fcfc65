import type { EvaluationOutline, ResponseLine } from "../../../src/protocol/evaluation-view";
import type { ResponseSort } from "../../../src/protocol/store-evaluations";
import { strings } from "../strings";
import { shortNames } from "./short-names";

export interface Column {
  id: string;
  title: () => string;
  /** Undefined where the store cannot sort by it. */
  sort?: ResponseSort;
  isNumber?: boolean;
  text: (line: ResponseLine, outline: EvaluationOutline) => string;
  /** Where the text is shortened. */
  tooltip?: (line: ResponseLine, outline: EvaluationOutline) => string;
}

/** What a row shows. Which of them fit, and how wide they are, is the style sheet's. */
export const columns: readonly Column[] = [
  {
    id: "prompt",
    title: strings.prompt,
    sort: "position",
    text: ({ sequence, promptName }, { sequences }) =>
      strings.sequenceAndPrompt(sequences[sequence]?.name ?? "", promptName),
  },
  {
    id: "model",
    title: strings.model,
    text: ({ model }, { models }) => shortNames(models.map(({ name }) => name))[model] ?? "",
    tooltip: ({ model }, { models }) => models[model]?.name ?? "",
  },
  { id: "run", title: strings.run, isNumber: true, text: ({ run }) => strings.tokens(run) },
  {
    id: "text",
    title: strings.response,
    text: ({ status, error, text }) =>
      status === "ok"
        ? text || strings.emptyResponse()
        : `${strings.responseStatus(status)}${error === null ? "" : `: ${error}`}`,
  },
  {
    id: "score",
    title: strings.score,
    sort: "score",
    isNumber: true,
    text: ({ score }) => strings.scoreText(score),
  },
  {
    id: "checks",
    title: strings.checks,
    isNumber: true,
    text: ({ checks, checksPassed, checksTold }) =>
      checks === 0 ? strings.nothing() : strings.checksShort(checksPassed, checksTold),
  },
  {
    id: "justification",
    title: strings.justification,
    text: ({ justification }) => justification ?? strings.nothing(),
  },
  {
    id: "tokens",
    title: () => strings.sortName("tokens"),
    sort: "tokens",
    isNumber: true,
    text: ({ generatedTokens }) => strings.tokens(generatedTokens),
  },
  {
    id: "time",
    title: () => strings.sortName("generation"),
    sort: "generation",
    isNumber: true,
    text: ({ generationMs }) => strings.duration(generationMs),
  },
  {
    id: "first",
    title: () => strings.sortName("firstToken"),
    sort: "firstToken",
    isNumber: true,
    text: ({ timeToFirstTokenMs }) => strings.duration(timeToFirstTokenMs),
  },
  {
    id: "speed",
    title: () => strings.sortName("speed"),
    sort: "speed",
    isNumber: true,
    text: ({ tokensPerSecond }) => strings.speed(tokensPerSecond),
  },
];

/** How a row's checks went, for its colour and its icon. */
export function checkOutcome({ checksPassed, checksTold }: ResponseLine): "none" | "passed" | "failed" {
  return checksTold === 0 ? "none" : checksPassed === checksTold ? "passed" : "failed";
}
