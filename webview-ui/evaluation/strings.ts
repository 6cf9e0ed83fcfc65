import { formatDuration } from "../../src/common/format";
import type { EvaluationAction, EvaluationActivity, MeasureKind } from "../../src/protocol/evaluation-view";
import type { EvaluationStatus, ResponseSort, ResponseStatus } from "../../src/protocol/store-evaluations";
import { formatDate, formatNumber, t } from "../shared/l10n";

const nothing = "–";

/** Every sentence of the results page. Functions, because the translations arrive after this module loads. */
export const strings = {
  // Page
  evaluations: () => t("Evaluations"),
  loading: () => t("Loading Evaluations…"),
  notLoaded: () => t("The evaluations could not be loaded"),
  notOpened: () => t("This evaluation could not be opened"),
  retry: () => t("Try Again"),
  back: () => t("Back to All Evaluations"),
  backToOne: () => t("Back to the Evaluation"),
  close: () => t("Close"),
  loadingPart: () => t("Loading…"),
  gone: () => t("This evaluation no longer exists."),
  nothing: () => nothing,
  number: (value: number, digits: number) => formatNumber(value, digits),
  score2: (value: number) => formatNumber(value, 2),
  andThen: (parts: readonly string[]) => parts.join(" · "),
  moreActions: () => t("More Actions"),

  // List
  noEvaluations: () => t("Nothing has been evaluated yet"),
  noEvaluationsHint: () =>
    t(
      "An evaluation runs the prompts of a suite through your models, checks and scores what they answer, and keeps every response. Everything stays on this machine.",
    ),
  newEvaluation: () => t("New Evaluation…"),
  open: (name: string) => t("Open {0}", name),
  search: () => t("Search evaluations"),
  noneFound: () => t("No evaluation has this name or model."),
  responsesOf: (done: number, total: number) =>
    t("{0} of {1} responses", formatNumber(done), formatNumber(total)),
  responses: (count: number) => (count === 1 ? t("1 response") : t("{0} responses", formatNumber(count))),
  tokenCount: (count: number) => t("{0} tokens", formatNumber(count)),
  failed: (count: number) => t("{0} failed", formatNumber(count)),
  skipped: (count: number) => t("{0} skipped", formatNumber(count)),
  scoresFailed: (count: number) =>
    count === 1 ? t("1 judgement failed") : t("{0} judgements failed", formatNumber(count)),
  checksPassed: (passed: number, told: number) =>
    t("{0} of {1} checks passed", formatNumber(passed), formatNumber(told)),
  meanScore: (score: number) => t("score {0}", formatNumber(score, 2)),
  took: (ms: number) => t("took {0}", formatDuration(ms / 1000)),
  dateTime: (time: number) => formatDate(time, true),
  status: (status: EvaluationStatus): string =>
    ({
      queued: t("Waiting"),
      running: t("Running"),
      interrupted: t("Interrupted"),
      cancelled: t("Cancelled"),
      failed: t("Failed"),
      completed: t("Completed"),
      "completed-with-errors": t("Completed with errors"),
    })[status],
  activity: ({ state, phase, modelName }: EvaluationActivity): string => {
    if (state === "queued") {
      return t("Waiting for its turn");
    }
    if (state === "ending") {
      return t("Ending…");
    }
    const name = modelName ?? "";
    switch (phase) {
      case "loading":
        return name === "" ? t("Loading the judge") : t("Loading {0}", name);
      case "judging":
        return t("Judging");
      case "comparing":
        return t("Comparing in pairs");
      default:
        return name === "" ? t("Starting") : t("{0} is answering", name);
    }
  },
  doneOf: (done: number, total: number) => t("{0} of {1}", formatNumber(done), formatNumber(total)),
  action: (action: EvaluationAction): string =>
    ({
      cancel: t("Cancel"),
      resume: t("Resume"),
      retryFailed: t("Retry Failed"),
      reset: t("Reset"),
      judge: t("Judge Again…"),
      comparePairs: t("Compare in Pairs…"),
      rerun: t("Re-run from Lockfile"),
      export: t("Export…"),
      openSuite: t("Open Suite"),
      showOutput: t("Show Output"),
      delete: t("Delete…"),
    })[action],

  // One evaluation
  responsesTab: () => t("Responses"),
  summaryTab: () => t("Summary"),
  compare: () => t("Compare…"),
  rerunOf: (name: string, time: number) => t("Repeats “{0}” of {1}", name, formatDate(time, true)),

  // Filters
  filters: () => t("Filters"),
  contains: () => t("Search responses"),
  model: () => t("Model"),
  sequence: () => t("Sequence"),
  run: () => t("Run"),
  statusLabel: () => t("Status"),
  sort: () => t("Sort by"),
  all: () => t("All"),
  failedChecks: () => t("Failed checks"),
  clearFilters: () => t("Clear Filters"),
  responseStatus: (status: ResponseStatus): string =>
    ({ ok: t("OK"), failed: t("Failed"), skipped: t("Skipped") })[status],
  sortName: (sort: ResponseSort): string =>
    ({
      position: t("Prompt"),
      score: t("Score"),
      tokens: t("Tokens"),
      generation: t("Time"),
      firstToken: t("First token"),
      speed: t("Tokens/s"),
    })[sort],
  descending: () => t("Highest first"),
  ascending: () => t("Lowest first"),

  // Table
  prompt: () => t("Prompt"),
  response: () => t("Response"),
  checks: () => t("Checks"),
  score: () => t("Score"),
  justification: () => t("Justification"),
  noResponses: () => t("There are no responses yet."),
  noneFiltered: () => t("No response passes the filters."),
  emptyResponse: () => t("(empty)"),
  runNumber: (run: number) => t("Run {0}", formatNumber(run)),
  sequenceAndPrompt: (sequence: string, prompt: string) => t("{0} › {1}", sequence, prompt),
  checksShort: (passed: number, told: number) => t("{0}/{1}", formatNumber(passed), formatNumber(told)),
  scoreText: (score: number | null) => (score === null ? nothing : formatNumber(score, 2)),
  tokens: (count: number | null) => (count === null ? nothing : formatNumber(count)),
  duration: (ms: number | null) =>
    ms === null
      ? nothing
      : ms < 1000
        ? t("{0} ms", formatNumber(ms))
        : t("{0} s", formatNumber(ms / 1000, ms < 10_000 ? 2 : 1)),
  speed: (tokensPerSecond: number | null) =>
    tokensPerSecond === null ? nothing : formatNumber(tokensPerSecond, tokensPerSecond < 100 ? 1 : 0),

  // Detail
  details: () => t("Response Details"),
  previous: () => t("Previous Response"),
  next: () => t("Next Response"),
  positionOf: (position: number, count: number) =>
    t("{0} of {1}", formatNumber(position), formatNumber(count)),
  responseGone: () => t("This response is no longer stored; it may be being made anew."),
  plainText: () => t("Plain Text"),
  copyResponse: () => t("Copy Response"),
  scores: () => t("Scores"),
  figures: () => t("Figures"),
  scoresOf: (scores: readonly number[], most: number) =>
    t("{0} of {1}", scores.map((score) => formatNumber(score)).join(", "), formatNumber(most)),
  noScore: () => t("No score"),
  /** The last part of a model's id, which tells it apart well enough. */
  modelFile: (id: string) => id.slice(id.lastIndexOf("/") + 1),
  judgedBy: (judge: string) => t("Judged by {0}", judge),
  wholeSequence: () => t("of the whole sequence"),
  repeat: (repeat: number, score: number | null) =>
    t("Judgement {0} ({1}):", formatNumber(repeat), score === null ? nothing : formatNumber(score)),
  rawOutput: () => t("What the judge wrote"),
  passed: () => t("Passed"),
  notPassed: () => t("Failed"),
  notTold: () => t("Not checked"),
  expected: () => t("Expected"),
  actual: () => t("Actual"),
  promptTokens: () => t("Prompt tokens"),
  generatedTokens: () => t("Generated tokens"),
  generationTime: () => t("Generation time"),
  firstToken: () => t("First token after"),
  speedLabel: () => t("Speed"),
  tokensPerSecond: (value: number) => t("{0} tokens/s", formatNumber(value, value < 100 ? 1 : 0)),
  stopReason: () => t("Ended by"),
  stopReasonName: (reason: string): string =>
    ({
      end: t("The model"),
      "tool-calls": t("A tool call"),
      "max-tokens": t("The limit of tokens"),
      "context-full": t("The full context"),
      aborted: t("Cancelling"),
    })[reason] ?? reason,
  seed: () => t("Seed"),
  created: () => t("Written"),

  // Summary
  models: () => t("Models"),
  scoreByCriterion: () => t("Score by criterion"),
  speedByModel: () => t("Speed by model"),
  speedUnit: () => t("tokens/s"),
  firstTokenByModel: () => t("Time to first token by model"),
  seconds: () => t("seconds"),
  milliseconds: () => t("ms"),
  percent: (share: number) => t("{0} %", formatNumber(share * 100)),
  scaleOf: (least: number, most: number) => t("mean, {0} to {1}", formatNumber(least), formatNumber(most)),
  intervalHint: () => t("Bars are means; lines are 95 % intervals over prompts."),
  asTable: () => t("Show as Table"),
  interval: (low: string, high: string) => t("{0} to {1}", low, high),
  count: () => t("Count"),
  mean: () => t("Mean"),
  intervalLabel: () => t("95 % interval"),
  criterion: () => t("Criterion"),
  ok: () => t("OK"),
  failedLabel: () => t("Failed"),
  skippedLabel: () => t("Skipped"),
  noFigures: () => t("Figures appear here with the first response."),
  notJudged: () => t("Nothing has been judged yet. Judge Again… lets a model score what is there."),
  settings: () => t("Settings"),
  consistency: () => t("How far judges agree with themselves"),
  judge: () => t("Judge"),
  sameScore: () => t("Same score again"),
  meanDeviation: () => t("Mean deviation"),
  judgedRepeatedly: () => t("Judged repeatedly"),

  // Comparison
  comparison: () => t("Compare"),
  first: () => t("First"),
  second: () => t("Second"),
  evaluation: () => t("Evaluation"),
  swap: () => t("Swap Sides"),
  evaluationOption: (name: string, time: number) => t("{0}, {1}", name, formatDate(time, true)),
  pairs: (count: number) =>
    count === 1 ? t("1 pair of responses") : t("{0} pairs of responses", formatNumber(count)),
  unmatched: (first: number, second: number) =>
    t("{0} only in the first, {1} only in the second", formatNumber(first), formatNumber(second)),
  otherConfiguration: () =>
    t("The two evaluations have different suites or models; prompts are matched by their names."),
  otherJudges: () => t("No judge has scored both on the same scale, so that scores are not compared."),
  sameSide: () => t("Both sides are the same. Choose another model or evaluation."),
  nothingInCommon: () => t("The two have no response to the same prompt and run."),
  differences: () => t("Differences"),
  differenceHint: () =>
    t(
      "Second minus first over the same prompts and runs, with the 95 % interval of a paired bootstrap. Where it does not contain 0, chance hardly explains the difference.",
    ),
  measure: () => t("Measure"),
  difference: () => t("Difference"),
  verdict: () => t("Verdict"),
  measureName: (kind: MeasureKind, criterion: string): string =>
    ({
      score: t("Score"),
      criterion,
      checks: t("Checks passed"),
      tokensPerSecond: t("Tokens/s"),
      timeToFirstTokenMs: t("First token"),
      generatedTokens: t("Tokens"),
    })[kind],
  clearDifference: () => t("clear"),
  unclearDifference: () => t("may be chance"),
  tooFew: () => t("too few prompts"),
  better: (name: string) => t("{0} is better", name),
  flips: () => t("Flips"),
  flipsHint: (gained: number, lost: number) =>
    t(
      "{0} checks passed only by the second, {1} only by the first",
      formatNumber(gained),
      formatNumber(lost),
    ),
  noFlips: () => t("No check passed on one side and failed on the other."),
  gained: () => t("Gained"),
  lost: () => t("Lost"),
  moreFlips: (count: number) => t("{0} more are not listed", formatNumber(count)),
  pairwise: () => t("Compared in pairs"),
  firstWins: () => t("First better"),
  secondWins: () => t("Second better"),
  ties: () => t("Equal"),
  inconsistent: () => t("Changed with the order"),
  unknown: () => t("No verdict"),
  firstShownShare: () => t("Chose what was shown first"),
  sideBySide: () => t("Side by side"),
  showsDifferences: () => t("Mark Differences"),
  inOneText: () => t("In One Text"),
  sameText: () => t("Both say the same, word for word."),
  firstMark: () => t("only in the first"),
  secondMark: () => t("only in the second"),
  wordsOnly: (count: number) => (count === 1 ? t("1 word") : t("{0} words", formatNumber(count))),
  wordsShared: (share: number) => t("{0} % of the words are the same", formatNumber(Math.floor(share * 100))),
  previousPrompt: () => t("Previous Prompt"),
  nextPrompt: () => t("Next Prompt"),
  notThere: () => t("There is no response to this prompt and run."),
  onlyHere: () => t("only here:"),
  onlyInFirst: () => t("only in the first:"),
  onlyInSecond: () => t("only in the second:"),
  endOfDifference: () => t("end"),

  // Announcements
  statusNow: (name: string, status: string) => t("{0}: {1}", name, status),
};
