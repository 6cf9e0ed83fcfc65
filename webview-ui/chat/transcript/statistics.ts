import type { ChatStatistics, StopReason } from "../../../src/protocol/engine";
import { strings } from "../strings";

/** `23.4 tokens/s · first token after 0.31 s · 210 tokens`; figures that were not measured are left out. */
export function summarizeStatistics(statistics: ChatStatistics): string {
  const { tokensPerSecond, timeToFirstTokenMs, generatedTokens } = statistics;
  const parts: string[] = [];
  if (tokensPerSecond !== undefined) {
    parts.push(strings.tokensPerSecond(tokensPerSecond));
  }
  if (timeToFirstTokenMs !== undefined) {
    parts.push(strings.firstTokenAfter(timeToFirstTokenMs / 1000));
  }
  parts.push(strings.tokens(generatedTokens));
  return parts.join(" · ");
}

/** The figures behind the summary, one per line. */
export function detailStatistics(statistics: ChatStatistics): string[] {
  return [
    strings.promptTokens(statistics.promptTokens),
    strings.reusedTokens(statistics.reusedTokens),
    strings.evaluatedTokens(statistics.evaluatedTokens),
    strings.stopReason(stopReasons[statistics.stopReason]()),
  ];
}

const stopReasons: Record<StopReason, () => string> = {
  end: strings.endedByModel,
  "tool-calls": strings.endedByModel,
  "max-tokens": strings.endedByLimit,
  "context-full": strings.endedByContext,
  aborted: strings.endedByPerson,
};
