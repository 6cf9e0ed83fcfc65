import type { Row } from "../database";
import type { SqlValue } from "../journal-codec";

type RunQuery = (sql: string, params?: readonly SqlValue[]) => Row[];

/**
 * Columns of numbers of a query, null as NaN. One string per column leaves SQLite in one piece, several times
 * faster than row by row.
 */
export function numberColumns<Name extends string>(
  query: RunQuery,
  names: readonly Name[],
  from: string,
  params: readonly SqlValue[],
): Record<Name, number[]> {
  const wanted = names.map((name) => `group_concat(coalesce(${name}, 'NaN')) AS ${name}`).join(", ");
  const row = query(`SELECT ${wanted} FROM (${from})`, params)[0];
  const column = (name: Name) => {
    const text = row?.[name];
    return typeof text === "string" || typeof text === "number" ? String(text).split(",").map(Number) : [];
  };
  return Object.fromEntries(names.map((name) => [name, column(name)])) as Record<Name, number[]>;
}

export function optionalNumber(value: SqlValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

export function optionalText(value: SqlValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
