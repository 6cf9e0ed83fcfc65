import { formatBytes } from "../../common/format";
import type { LoadedModel } from "../../protocol/engine";
import type {
  EvaluationSettings,
  ModelSummary,
  NewCheckResult,
  NewResponse,
  ResponseKey,
  ScoreSummary,
} from "../../protocol/store-evaluations";
import type { HardwareFacts } from "../lockfile/lockfile";
import { settingsAsWritten } from "../suite/settings";
import type { Suite } from "../suite/suite";

export function hardwareText({ processor, cores, memoryBytes, platform, arch }: HardwareFacts): string {
  const parts = [processor, `${cores} cores`, `${formatBytes(memoryBytes)} of memory`, `${platform} ${arch}`];
  return `Hardware: ${parts.join(", ")}`;
}

export function settingsText(settings: EvaluationSettings): string {
  const parts = Object.entries(settingsAsWritten(settings)).map(([name, value]) => `${name} ${value}`);
  return `Settings: ${parts.join(", ")}`;
}

export function loadedText(loaded: LoadedModel): string {
  const parts = [
    loaded.gpuLayers > 0 ? `${loaded.device} (${loaded.gpuLayers} layers)` : loaded.device,
    `context ${loaded.contextLength} tokens`,
    counted(loaded.sequences, "sequence"),
    counted(loaded.threads, "thread"),
    loaded.engineVersion,
  ];
  return parts.join(", ");
}

/** Where a response belongs: lines of responses that are made at the same time stand between each other. */
export function placeText(suite: Suite, { sequence, run, prompt }: Omit<ResponseKey, "model">): string {
  const its = suite.sequences[sequence];
  const position = `${prompt + 1}/${its?.prompts.length ?? 0}`;
  return `[${its?.name ?? ""} · run ${run} · ${position} ${its?.prompts[prompt]?.name ?? ""}]`;
}

export function responseText(response: NewResponse, checks: readonly NewCheckResult[]): string {
  const { status, error, text, generatedTokens, generationMs, timeToFirstTokenMs, tokensPerSecond } =
    response;
  const parts = [
    ...(status === "ok" ? [] : [`${status}: ${error ?? ""}`]),
    ...(status === "skipped" ? [] : [counted(Array.from(text).length, "character")]),
    ...(generatedTokens === undefined ? [] : [counted(generatedTokens, "token")]),
    ...(generationMs === undefined ? [] : [seconds(generationMs)]),
    ...(tokensPerSecond === undefined ? [] : [`${tokensPerSecond.toFixed(1)} tokens/s`]),
    ...(timeToFirstTokenMs === undefined ? [] : [`first token after ${Math.round(timeToFirstTokenMs)} ms`]),
    ...(status === "ok" && response.stopReason !== undefined ? [`stopped by ${response.stopReason}`] : []),
    ...(checks.length === 0 ? [] : [checksText(checks)]),
  ];
  return parts.join(", ");
}

function checksText(checks: readonly NewCheckResult[]): string {
  const passed = checks.filter((check) => check.passed === true).length;
  return `checks ${passed}/${checks.length}`;
}

/** A line per model and, when it was judged, per criterion. */
export function summaryLines(
  names: readonly string[],
  models: readonly ModelSummary[],
  scores: readonly ScoreSummary[],
): string[] {
  return models.flatMap((summary) => {
    const checks = summary.checksTold > 0 ? `, checks ${summary.checksPassed}/${summary.checksTold}` : "";
    const speed =
      summary.meanTokensPerSecond === undefined
        ? ""
        : `, ${summary.meanTokensPerSecond.toFixed(1)} tokens/s on average`;
    const head = `${names[summary.model] ?? ""}: ${summary.ok} ok, ${summary.failed} failed, ${summary.skipped} skipped${checks}${speed}`;
    return [head, ...scores.filter(({ model }) => model === summary.model).map(scoreLine)];
  });
}

function scoreLine({ criterion, scope, judge, mean, count, failed }: ScoreSummary): string {
  const of = scope === "sequence" ? " (whole sequences)" : "";
  const errors = failed > 0 ? `, ${failed} without a score` : "";
  return `  ${criterion}${of}: ${mean === undefined ? "no score" : mean.toFixed(2)} from ${counted(count, "judgement")} by ${judge}${errors}`;
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
