import {
  closeSync,
  type Dirent,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import path from "node:path";
import type { ScanRoot } from "../../../protocol/photo-scanner";
import { Exclusions } from "../../scan/exclusions";
import { pictureFormat } from "../../scan/picture-formats";

export interface TextFile {
  path: string;
  size: number;
  /** Milliseconds since 1970. */
  modified: number;
}

const largestText = 16_000_000;
const sniffedBytes = 8192;
/** Neither is written by the people who use the pictures. */
const foreignFolders = new Set([".git", "node_modules"]);

/**
 * Files below the folders that may be texts, in no order; folders and files that cannot be seen are told to
 * `unread`. An undefined in between lets others work.
 */
export function* textFiles(
  roots: readonly ScanRoot[],
  unread: (path: string) => void,
): Generator<TextFile | undefined, void> {
  const seen = new Set<string>();
  for (const { folder, excluded } of roots) {
    yield* filesBelow(folder, Exclusions.ofRoot(folder, excluded), seen, unread);
  }
}

function* filesBelow(
  folder: string,
  exclusions: Exclusions,
  seen: Set<string>,
  unread: (path: string) => void,
): Generator<TextFile | undefined, void> {
  let entries: Dirent[];
  let own: Exclusions;
  try {
    const real = realpathSync(folder);
    if (seen.has(real)) {
      return;
    }
    seen.add(real);
    entries = readdirSync(folder, { withFileTypes: true });
    const hasRules = entries.some((entry) => entry.name === ".gitignore" && entry.isFile());
    own = hasRules ? exclusions.entering(folder) : exclusions;
  } catch {
    unread(folder);
    return;
  }
  yield undefined;
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    const stats = entry.isSymbolicLink() ? targetOf(file) : entry;
    if (stats?.isDirectory()) {
      if (!foreignFolders.has(entry.name) && !own.excludesFolder(file)) {
        yield* filesBelow(file, own, seen, unread);
      }
    } else if (stats?.isFile() && mayBeText(entry.name) && !own.excludesFile(file)) {
      yield* textFile(file, unread);
    }
  }
}

/** Undefined for a link that leads nowhere or in a circle. */
function targetOf(link: string): Stats | undefined {
  try {
    return statSync(link);
  } catch {
    return undefined;
  }
}

/** Drawings are texts that may show other pictures. */
function mayBeText(name: string): boolean {
  return pictureFormat(name) === undefined || /\.svg$/i.test(name);
}

function* textFile(file: string, unread: (path: string) => void): Generator<TextFile, void> {
  try {
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats) {
      yield { path: file, size: stats.size, modified: stats.mtimeMs };
    }
  } catch {
    unread(file);
  }
}

/** Undefined for what is no text; throws when it cannot be read, or is too long. */
export function readText(file: string): string | undefined {
  const descriptor = openSync(file, "r");
  try {
    const start = Buffer.alloc(sniffedBytes);
    const length = readSync(descriptor, start, 0, sniffedBytes, 0);
    const isWide = length >= 2 && (start.readUInt16LE(0) === 0xfeff || start.readUInt16BE(0) === 0xfeff);
    if (!isWide && start.subarray(0, length).includes(0)) {
      return undefined;
    }
    const { size } = statSync(file);
    if (size > largestText) {
      throw new RangeError(`${size} bytes`);
    }
    const bytes = Buffer.alloc(size);
    return decode(bytes.subarray(0, readSync(descriptor, bytes, 0, size, 0)));
  } finally {
    closeSync(descriptor);
  }
}

function decode(bytes: Buffer): string {
  if (bytes.length >= 2 && bytes.readUInt16LE(0) === 0xfeff) {
    return bytes.toString("utf16le");
  }
  if (bytes.length >= 2 && bytes.readUInt16BE(0) === 0xfeff) {
    return bytes
      .subarray(0, bytes.length & ~1)
      .swap16()
      .toString("utf16le");
  }
  const text = bytes.toString("utf8");
  // Not UTF-8, so perhaps an older encoding of western languages.
  return text.includes("\ufffd") ? `${text}\n${bytes.toString("latin1")}` : text;
}
