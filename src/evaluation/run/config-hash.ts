import { createHash } from "node:crypto";
import type { Criterion, Scale, Suite } from "../suite/suite";

/**
 * sha256 (hex) of the suite with its prompts; the order of members in the file does not matter. The seed is
 * left out: a suite without one gets another each time.
 */
export function suiteHash(suite: Suite): string {
  return sha256(canonical({ ...suite, settings: { ...suite.settings, seed: undefined } }));
}

/** The same for evaluations whose responses belong together one by one. */
export function configHash(suite: Suite, modelIds: readonly string[]): string {
  return suiteHash({ ...suite, models: [...modelIds] });
}

/** sha256 (hex) of what a judge is told to judge by; comparisons have no scale. */
export function criteriaHash(criteria: readonly Criterion[], scale?: Scale): string {
  return sha256(canonical({ criteria, scale }));
}

/** JSON with the members of every object in the order of their names. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
