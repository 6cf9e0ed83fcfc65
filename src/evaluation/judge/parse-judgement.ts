import { AppError } from "../../common/errors";
import type { ChatResult } from "../../protocol/engine";
import type { Preference } from "../../protocol/store-evaluations";
import type { Scale } from "../suite/suite";

export interface Score {
  score: number;
  justification: string | undefined;
}

/** @throws AppError when the judge did not give a score as it was asked to: nobody makes one up for it */
export function parseScore(result: Pick<ChatResult, "text" | "stopReason">, { min, max }: Scale): Score {
  const { score, justification } = readObject(result);
  if (typeof score !== "number" || !Number.isInteger(score) || score < min || score > max) {
    throw new AppError("invalid-input", "The judge gave no whole number from {0} to {1} as its score.", [
      min,
      max,
    ]);
  }
  return { score, justification: textOf(justification) };
}

/** `isSwapped`: the judge was shown the second answer as A. @throws AppError as `parseScore` does */
export function parsePreference(
  result: Pick<ChatResult, "text" | "stopReason">,
  isSwapped: boolean,
): { preference: Preference; justification: string | undefined } {
  const { winner, justification } = readObject(result);
  const [a, b]: Preference[] = isSwapped ? ["second", "first"] : ["first", "second"];
  const preference = winner === "A" ? a : winner === "B" ? b : winner === "tie" ? "tie" : undefined;
  if (!preference) {
    throw new AppError("invalid-input", "The judge named neither an answer nor a tie.");
  }
  return { preference, justification: textOf(justification) };
}

function readObject({ text, stopReason }: Pick<ChatResult, "text" | "stopReason">): Record<string, unknown> {
  // A judge that is not held to the schema may write something around the object.
  const json = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw stopReason === "end"
      ? new AppError("invalid-input", "The judge did not answer as JSON.")
      : new AppError("invalid-input", "The judge's answer was cut off before its end ({0}).", [stopReason]);
  }
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
