import { settingsToJson } from "./settings";
import type { Check, Suite } from "./suite";

/** The suite as the JSON of a `*.eval.json` file, with everything that has a default written out. */
export function suiteText(suite: Suite): string {
  return `${JSON.stringify(suiteToJson(suite), null, 2)}\n`;
}

function suiteToJson(suite: Suite): Record<string, unknown> {
  const { version, name, description, models, settings, sequences, criteria, scale, judge } = suite;
  return {
    version,
    name,
    ...(description && { description }),
    models,
    settings: settingsToJson(settings),
    sequences: sequences.map((sequence) => ({
      name: sequence.name,
      ...(sequence.systemPrompt && { system_prompt: sequence.systemPrompt }),
      ...(sequence.independent && { independent: true }),
      prompts: sequence.prompts.map((prompt) => ({
        name: prompt.name,
        prompt: prompt.text,
        ...(prompt.checks.length > 0 && { checks: prompt.checks.map(checkToJson) }),
      })),
    })),
    criteria,
    scale,
    ...(judge && { judge }),
  };
}

/** As it stands in a suite: `{"contains": "Paris"}`. */
export function checkToJson(check: Check): Record<string, unknown> {
  switch (check.kind) {
    case "equals":
    case "contains":
    case "not_contains":
      return { [check.kind]: check.text, ...(check.ignoreCase && { ignore_case: true }) };
    case "regex":
      return { regex: check.pattern, ...(check.ignoreCase && { ignore_case: true }) };
    case "json_schema":
      return { json_schema: check.schema };
    case "numeric":
      return { numeric: { value: check.value, tolerance: check.tolerance } };
    case "similarity":
      return { similarity: { text: check.text, at_least: check.atLeast } };
  }
}
