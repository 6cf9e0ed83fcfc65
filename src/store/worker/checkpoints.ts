import { AppError } from "../../common/errors";
import { SerialQueue } from "../../common/async";
import type { Commits } from "./commits";
import type { Database } from "./database";
import { fileError } from "./file-errors";
import type { Files } from "./files";
import type { Folder } from "./folder";
import { filesFoldedInto, type JournalWriter, listJournal } from "./journal";
import { checksumOf, encodeBase } from "./journal-codec";

export interface CheckpointLimits {
  /** The journal file is folded into the database once it is longer than this, in bytes. */
  journalBytes: number;
  /** So many journal files may follow the backup before a newer one replaces it. */
  journalFiles: number;
}

export const defaultCheckpointLimits: CheckpointLimits = { journalBytes: 4_000_000, journalFiles: 8 };

interface CheckpointContext {
  files: Files;
  folder: Folder;
  database: Database;
  journal: JournalWriter;
  commits: Commits;
  limits: CheckpointLimits;
  assertOwner: () => void;
  /** Told about failures in the background; everything is still in the journal then. */
  report: (message: string) => void;
}

/**
 * Folds the journal into the database file, keeps the backup, and deletes the journal files that neither
 * needs. The order makes every cut harmless: a new journal file first, then the announced checksum, then
 * the database by rename; files are deleted last.
 */
export class Checkpoints {
  readonly #context: CheckpointContext;
  readonly #queue = new SerialQueue();
  #fileSequence: number | undefined;
  #backupSequence: number;
  #isScheduled = false;
  #nextAutomaticLength: number;

  constructor(
    context: CheckpointContext,
    /** Last change in the database file in place; undefined when it has to be written anew. */
    fileSequence: number | undefined,
    /** Last change in the backup; 0 without one. */
    backupSequence: number,
  ) {
    this.#context = context;
    this.#fileSequence = fileSequence;
    this.#backupSequence = backupSequence;
    this.#nextAutomaticLength = context.limits.journalBytes;
  }

  /** Starts one in the background when the journal has become long or the file has to be written anew. */
  considerCheckpoint(): void {
    const { journal, limits, report } = this.#context;
    const isDue = this.#fileSequence === undefined || journal.length > this.#nextAutomaticLength;
    if (!isDue || this.#isScheduled) {
      return;
    }
    this.#isScheduled = true;
    this.checkpoint()
      .then(
        () => (this.#nextAutomaticLength = limits.journalBytes),
        (error: unknown) => {
          this.#nextAutomaticLength = journal.length + limits.journalBytes;
          report(`The journal could not be folded into the database: ${describe(error)}`);
        },
      )
      .finally(() => (this.#isScheduled = false));
  }

  /** Resolves when the database file holds everything that was committed before the call. */
  checkpoint(): Promise<void> {
    return this.#queue.run(async () => {
      const { folder } = this.#context;
      try {
        if (this.#fileSequence !== this.#context.commits.lastSequence) {
          await this.#replaceDatabase();
        }
        this.#removeFoldedJournal();
      } catch (error) {
        throw fileError(error, folder.path);
      }
    });
  }

  /** Makes `bytes`, the database file that was opened, the backup. */
  keepBackup(bytes: Uint8Array, sequence: number): void {
    const { folder, report } = this.#context;
    this.#queue
      .run(async () => {
        await folder.replace(folder.backup, bytes);
        this.#backupSequence = sequence;
        this.#removeFoldedJournal();
      })
      .catch((error: unknown) => report(`The backup could not be written: ${describe(error)}`));
  }

  async #replaceDatabase(): Promise<void> {
    const { assertOwner, commits, database, files, folder, journal, limits } = this.#context;
    // Without a pause up to the announcement, so that no commit comes between export and new journal file.
    assertOwner();
    const sequence = commits.lastSequence;
    database.appliedSequence = sequence;
    const bytes = database.export();
    if (journal.hasChangesUpTo(sequence)) {
      journal.rotate(sequence + 1);
    }
    journal.append(encodeBase(sequence, checksumOf(bytes)));
    await folder.replace(folder.database, bytes);
    this.#fileSequence = sequence;
    // Keeps the number of journal files bounded however long a window stays open.
    if (listJournal(files, folder.path).length > limits.journalFiles) {
      await folder.replace(folder.backup, bytes);
      this.#backupSequence = sequence;
    }
  }

  #removeFoldedJournal(): void {
    const { files, folder } = this.#context;
    const folded = Math.min(this.#backupSequence, this.#fileSequence ?? 0);
    for (const { path } of filesFoldedInto(listJournal(files, folder.path), folded)) {
      files.remove(path);
    }
  }
}

function describe(error: unknown): string {
  return error instanceof AppError || error instanceof Error ? error.message : String(error);
}
