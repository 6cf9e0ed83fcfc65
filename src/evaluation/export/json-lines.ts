import { type EvaluationResults, inOrder, scoresByResponse } from "../results";

/** One JSON object per line and response, with its checks and scores. */
export function responsesJsonLines(results: EvaluationResults): string {
  const { evaluation } = results;
  const scoresOf = scoresByResponse(results.scores);
  const lines = inOrder(results.responses).map((response) => {
    const line = {
      evaluation: { id: evaluation.id, name: evaluation.name },
      model: response.modelId,
      sequence: response.sequenceName,
      run: response.run,
      prompt: response.promptName,
      prompt_text: response.promptText,
      response: response.text,
      status: response.status,
      error: response.error,
      stop_reason: response.stopReason,
      prompt_tokens: response.promptTokens,
      generated_tokens: response.generatedTokens,
      generation_ms: response.generationMs,
      time_to_first_token_ms: response.timeToFirstTokenMs,
      tokens_per_second: response.tokensPerSecond,
      seed: response.seed,
      created_at: new Date(response.createdAt).toISOString(),
      checks: response.checks.map(({ expectation, passed, actual, message }) => ({
        check: parsed(expectation),
        passed: passed ?? null,
        actual,
        message,
      })),
      scores: (scoresOf.get(response.id) ?? []).map((score) => ({
        scope: score.scope,
        judge: score.judge,
        criterion: score.criterion,
        repeat: score.repeat,
        score: score.score ?? null,
        scale: { min: score.scaleMin, max: score.scaleMax },
        justification: score.justification,
        error: score.error,
      })),
    };
    return `${JSON.stringify(line)}\n`;
  });
  return lines.join("");
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return json;
  }
}
