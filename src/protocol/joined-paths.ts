/** Ends each path of many in one string. Systems never write two slashes in a row inside of a path. */
export const pathEnd = "//";

/** The paths of a string in which `pathEnd` follows each. */
export function splitPaths(joined: string): string[] {
  return joined.split(pathEnd).slice(0, -1);
}
