import type { PromptPlace } from "../../src/protocol/evaluation-view";
import { responseStatuses, type ResponseFilter } from "../../src/protocol/store-evaluations";
import { emptyTable, runTabs, sortNames, type ChosenSide, type Place, type TableQuery } from "./view-state";

/** What VS Code keeps for the page across reloads. */
export interface SavedState {
  place: Place;
  /** Of the evaluation that is open. */
  table: TableQuery;
  /** Responses as they are, not as Markdown. */
  showsPlainText: boolean;
}

/** Reads whatever an earlier version of the page may have saved. */
export function parseSavedState(value: unknown): SavedState {
  const saved = record(value);
  return {
    place: parsePlace(record(saved["place"])),
    table: parseTable(record(saved["table"])),
    showsPlainText: saved["showsPlainText"] === true,
  };
}

function parsePlace(saved: Record<string, unknown>): Place {
  if (saved["type"] === "run" && typeof saved["evaluationId"] === "string") {
    const tab = runTabs.find((each) => each === saved["tab"]) ?? "responses";
    return { type: "run", evaluationId: saved["evaluationId"], tab };
  }
  if (saved["type"] === "compare") {
    const [first, second] = [parseSide(record(saved["first"])), parseSide(record(saved["second"]))];
    if (first && second) {
      return { type: "compare", first, second, reads: parsePrompt(record(saved["reads"])) };
    }
  }
  return { type: "list" };
}

function parseSide({ evaluationId, model, run }: Record<string, unknown>): ChosenSide | undefined {
  return typeof evaluationId === "string"
    ? { evaluationId, model: index(model) ?? 0, run: index(run) ?? 1 }
    : undefined;
}

function parsePrompt({ sequence, prompt }: Record<string, unknown>): PromptPlace | null {
  return typeof sequence === "string" && typeof prompt === "string" ? { sequence, prompt } : null;
}

function parseTable({ filter, sort, isDescending }: Record<string, unknown>): TableQuery {
  return {
    filter: parseFilter(record(filter)),
    sort: sortNames.find((each) => each === sort) ?? emptyTable.sort,
    isDescending: isDescending === true,
  };
}

function parseFilter(saved: Record<string, unknown>): ResponseFilter {
  const [model, sequence, run] = [index(saved["model"]), index(saved["sequence"]), index(saved["run"])];
  const status = responseStatuses.find((each) => each === saved["status"]);
  const contains = saved["contains"];
  return {
    ...(model !== undefined && { model }),
    ...(sequence !== undefined && { sequence }),
    ...(run !== undefined && { run }),
    ...(status !== undefined && { status }),
    ...(saved["hasFailedCheck"] === true && { hasFailedCheck: true }),
    ...(typeof contains === "string" && contains !== "" && { contains }),
  };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function index(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : undefined;
}
