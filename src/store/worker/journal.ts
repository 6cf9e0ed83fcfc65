import { join } from "node:path";
import { type Files } from "./files";
import { fileError } from "./file-errors";
import { journalHeader, type JournalScan, scanJournal } from "./journal-codec";

/** One file of the journal. Its name tells the sequence number of the first change it may hold. */
export interface JournalFile {
  path: string;
  firstSequence: number;
  length: number;
  scan: JournalScan;
}

interface OpenedFile {
  path: string;
  firstSequence: number;
  descriptor: number;
  length: number;
}

const namePattern = /^journal-(\d{16})\.log$/;

function journalPath(directory: string, firstSequence: number): string {
  return join(directory, `journal-${String(firstSequence).padStart(16, "0")}.log`);
}

/** The files of the journal, oldest first. */
export function listJournal(files: Files, directory: string): Pick<JournalFile, "path" | "firstSequence">[] {
  return files
    .list(directory)
    .sort()
    .flatMap((name) => {
      const digits = namePattern.exec(name)?.[1];
      return digits === undefined ? [] : [{ path: join(directory, name), firstSequence: Number(digits) }];
    });
}

/** The same with everything that is in them. */
export function readJournal(files: Files, directory: string): JournalFile[] {
  return listJournal(files, directory).flatMap((file) => {
    const bytes = files.read(file.path);
    return bytes ? [{ ...file, length: bytes.length, scan: scanJournal(bytes) }] : [];
  });
}

/** The files whose changes are all contained in a database with everything up to `sequence`. */
export function filesFoldedInto<F extends { firstSequence: number }>(
  journal: readonly F[],
  sequence: number,
): F[] {
  return journal.filter((_, index) => {
    const next = journal[index + 1];
    return next !== undefined && next.firstSequence <= sequence + 1;
  });
}

/** Appends to the newest file of the journal. What `append` returned from is on disk. */
export class JournalWriter {
  #path: string;
  #firstSequence: number;
  #descriptor: number;
  #length: number;
  #lengthBeforeLast: number;
  /** Bytes behind `#length` that a failed append may have left and that are still to be cut off. */
  #hasLeftovers = false;

  private constructor(
    private readonly files: Files,
    private readonly directory: string,
    opened: OpenedFile,
  ) {
    this.#path = opened.path;
    this.#firstSequence = opened.firstSequence;
    this.#descriptor = opened.descriptor;
    this.#length = opened.length;
    this.#lengthBeforeLast = opened.length;
  }

  /** Continues `last`, which must be clean; begins a new file without it. */
  static open(
    files: Files,
    directory: string,
    last: Omit<OpenedFile, "descriptor"> | undefined,
    nextSequence: number,
  ): JournalWriter {
    const opened = last
      ? { ...last, descriptor: files.open(last.path, "existing") }
      : create(files, directory, nextSequence);
    return new JournalWriter(files, directory, opened);
  }

  /** Bytes in the newest file. */
  get length(): number {
    return this.#length;
  }

  /** Whether the newest file may hold changes up to `sequence`. */
  hasChangesUpTo(sequence: number): boolean {
    return this.#firstSequence <= sequence;
  }

  /** Throws an AppError when the bytes could not be made durable; the journal is then as before. */
  append(bytes: Uint8Array): void {
    try {
      this.#cutLeftovers();
      this.#hasLeftovers = true;
      this.files.write(this.#descriptor, bytes, this.#length);
      this.files.sync(this.#descriptor);
    } catch (error) {
      this.#tryCutLeftovers();
      throw fileError(error, this.#path);
    }
    this.#hasLeftovers = false;
    this.#lengthBeforeLast = this.#length;
    this.#length += bytes.length;
  }

  /** Takes the last append back, because what it describes did not happen after all. */
  revertLast(): void {
    this.#length = this.#lengthBeforeLast;
    this.#hasLeftovers = true;
    this.#tryCutLeftovers();
  }

  /** Continues in a new file. On failure the current one stays in use. */
  rotate(nextSequence: number): void {
    try {
      this.#cutLeftovers();
      const { path, descriptor, length } = create(this.files, this.directory, nextSequence);
      this.files.close(this.#descriptor);
      this.#firstSequence = nextSequence;
      this.#path = path;
      this.#descriptor = descriptor;
      this.#length = length;
      this.#lengthBeforeLast = length;
    } catch (error) {
      throw fileError(error, this.directory);
    }
  }

  close(): void {
    this.files.close(this.#descriptor);
  }

  #cutLeftovers(): void {
    if (this.#hasLeftovers) {
      this.files.truncate(this.#descriptor, this.#length);
      this.files.sync(this.#descriptor);
      this.#hasLeftovers = false;
    }
  }

  /** The failure that led here is the one to report; the next append tries again before it writes. */
  #tryCutLeftovers(): void {
    try {
      this.#cutLeftovers();
    } catch {
      this.#hasLeftovers = true;
    }
  }
}

function create(files: Files, directory: string, firstSequence: number): OpenedFile {
  const path = journalPath(directory, firstSequence);
  const descriptor = files.open(path, "create");
  try {
    files.write(descriptor, journalHeader, 0);
    files.sync(descriptor);
    files.syncDirectory(directory);
  } catch (error) {
    files.close(descriptor);
    files.remove(path);
    throw error;
  }
  return { path, firstSequence, descriptor, length: journalHeader.length };
}
