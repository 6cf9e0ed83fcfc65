import type { PhotoFilter, PhotoQuery } from "../../src/protocol/photos-view";
import { emptyQuery, formatNames, sortNames, viewNames } from "./view-state";

/** What VS Code keeps for the page across reloads. */
export interface SavedState {
  query: PhotoQuery;
  /** Pixels. */
  thumbnailSize: number;
  /** The first result that was visible. */
  firstVisible: number;
  /** Whether “Less likely” was unfolded. */
  showsLess: boolean;
}

export const thumbnailSizes = { smallest: 72, usual: 152, largest: 320, step: 8 } as const;

/** Reads whatever an earlier version of the page may have saved. */
export function parseSavedState(value: unknown): SavedState {
  const saved = record(value);
  const { smallest, usual, largest } = thumbnailSizes;
  return {
    query: parseQuery(record(saved["query"])),
    thumbnailSize: Math.min(largest, Math.max(smallest, number(saved["thumbnailSize"]) ?? usual)),
    firstVisible: Math.max(0, Math.floor(number(saved["firstVisible"]) ?? 0)),
    showsLess: saved["showsLess"] === true,
  };
}

function parseQuery({ text, pictures, filter, sort, view }: Record<string, unknown>): PhotoQuery {
  return {
    text: string(text) ?? "",
    pictures: list(pictures).flatMap((each) => {
      const { pictureId, weight } = record(each);
      return typeof pictureId === "string" ? [{ pictureId, weight: number(weight) ?? 1 }] : [];
    }),
    filter: parseFilter(record(filter)),
    sort: sortNames.find((each) => each === sort) ?? emptyQuery.sort,
    view: viewNames.find((each) => each === view) ?? emptyQuery.view,
  };
}

function parseFilter(saved: Record<string, unknown>): PhotoFilter {
  const folder = string(saved["folder"]);
  const from = number(saved["from"]);
  const to = number(saved["to"]);
  const atLeast = number(saved["atLeast"]);
  const atMost = number(saved["atMost"]);
  const formats = formatNames.filter((each) => list(saved["formats"]).includes(each));
  return {
    ...(folder !== undefined && { folder }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(formats.length > 0 && { formats }),
    ...(atLeast !== undefined && { atLeast }),
    ...(atMost !== undefined && { atMost }),
  };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function string(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
