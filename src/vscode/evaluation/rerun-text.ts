import type { RerunReport, RerunResponse } from "../../evaluation/lockfile/rerun-report";
import type { EvaluationSummary } from "../../protocol/store-evaluations";

type Named = Pick<EvaluationSummary, "name" | "models" | "createdAt">;

/** How an evaluation came out when it was repeated, as Markdown. In English, as logs and reports are. */
export function rerunText(before: Named, after: Named, report: RerunReport): string {
  const { differences, responses, identical, drifted, missing } = report;
  const environment = differences.map(({ model, name, before: was, after: is }) => {
    const of = model === undefined ? "" : ` of ${model}`;
    return `- ${name}${of}: ${was ?? "not known"} → ${is ?? "not known"}`;
  });
  const places = responses.map((response) => `- ${placeOf(response, after)}: ${response.drift}`);
  return [
    `# Re-run of “${before.name}”`,
    `First run ${timeText(before.createdAt)}, repeated ${timeText(after.createdAt)}: ${identical} identical, ${drifted} drifted, ${missing} missing.`,
    "## What differs in the environment",
    environment.length > 0 ? environment.join("\n") : "Nothing that is recorded.",
    "## Responses",
    places.join("\n"),
    "",
  ].join("\n\n");
}

function placeOf({ model, sequence, run, prompt }: RerunResponse, { models }: Named): string {
  return `${models[model]?.name ?? ""}, sequence ${sequence + 1}, run ${run}, prompt ${prompt + 1}`;
}

function timeText(at: number): string {
  return new Date(at).toISOString().replace("T", " ").slice(0, 19);
}
