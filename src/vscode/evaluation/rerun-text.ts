import type { RerunReport, RerunResponse } from "../../evaluation/lockfile/rerun-report";
import type { Suite } from "../../evaluation/suite/suite";
import type { EvaluationSummary } from "../../protocol/store-evaluations";

const mostNames = 3;

type Named = Pick<EvaluationSummary, "name" | "models" | "createdAt">;

/** How an evaluation came out when it was repeated, as Markdown. In English, as logs and reports are. */
export function rerunText(
  before: Named,
  after: Named,
  suite: Pick<Suite, "sequences">,
  report: RerunReport,
): string {
  const { differences, responses, identical, drifted, missing } = report;
  const environment = differences.map(({ model, name, before: was, after: is }) => {
    const of = model === undefined ? "" : ` of ${model}`;
    return `- ${name}${of}: ${was ?? "not known"} → ${is ?? "not known"}`;
  });
  const places = responses.map((response) => `- ${placeOf(response, after, suite)}: ${response.drift}`);
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

/** `judge, threads, …`: enough to see whether the report is worth reading; empty where nothing differs. */
export function differenceNames({ differences }: Pick<RerunReport, "differences">): string {
  const names = [...new Set(differences.map(({ name }) => name))];
  return [...names.slice(0, mostNames), ...(names.length > mostNames ? ["…"] : [])].join(", ");
}

function placeOf(
  { model, sequence, run, prompt }: RerunResponse,
  { models }: Named,
  { sequences }: Pick<Suite, "sequences">,
): string {
  const its = sequences[sequence];
  return `${models[model]?.name ?? ""}, ${its?.name ?? ""} › ${its?.prompts[prompt]?.name ?? ""}, run ${run}`;
}

function timeText(at: number): string {
  return new Date(at).toISOString().replace("T", " ").slice(0, 19);
}
