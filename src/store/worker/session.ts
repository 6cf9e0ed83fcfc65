import { dirname } from "node:path";
import { errnoCode } from "../../common/errors";
import type { StoreOpened } from "../../protocol/store";
import { type CheckpointLimits, Checkpoints, defaultCheckpointLimits } from "./checkpoints";
import { type Change, Commits, type Query } from "./commits";
import { type Database, loadSqlite } from "./database";
import { fileError } from "./file-errors";
import { diskFiles, type Files } from "./files";
import { Folder } from "./folder";
import { JournalWriter } from "./journal";
import { FolderLock } from "./lock";
import { pendingMigrations } from "./migrations";
import { recover, type Recovered, UnrecoverableStore } from "./recovery";
import { repairFolder, setEverythingAside } from "./repair";

export interface SessionOptions {
  directory: string;
  wasmPath: string;
  /** Identifies the client; see the lock. */
  client: string;
  /** Made durable before anything else may be asked. */
  firstChange?: Change<void>;
  files?: Files;
  lockWaitMs?: number;
  limits?: CheckpointLimits;
  report?: (message: string) => void;
}

/** An open store: one folder, locked, with its database in memory and its journal on disk. */
export class StoreSession {
  private constructor(
    private readonly lock: FolderLock,
    private readonly database: Database,
    private readonly journal: JournalWriter,
    private readonly commits: Commits,
    private readonly checkpoints: Checkpoints,
    private readonly report: (message: string) => void,
    private readonly files: Files,
    readonly opened: StoreOpened,
  ) {}

  static async open(options: SessionOptions): Promise<StoreSession> {
    const files = options.files ?? diskFiles;
    const folder = new Folder(options.directory, files);
    try {
      files.makeDirectory(folder.path);
    } catch (error) {
      throw fileError(error, folder.path);
    }
    const lock = await FolderLock.acquire({
      path: folder.lock,
      client: options.client,
      ...(options.lockWaitMs === undefined ? {} : { waitMs: options.lockWaitMs }),
    });
    try {
      return await StoreSession.#openLocked(options, files, folder, lock);
    } catch (error) {
      lock.release();
      throw errnoCode(error) === undefined ? error : fileError(error, folder.path);
    }
  }

  static async #openLocked(
    options: SessionOptions,
    files: Files,
    folder: Folder,
    lock: FolderLock,
  ): Promise<StoreSession> {
    const report = options.report ?? (() => {});
    const sqlite = await loadSqlite(options.wasmPath);
    const recovered = recoverOrSetAside(() => recover(sqlite, files, folder), files, folder);
    const { database, lastSequence } = recovered;
    const last = repairFolder(files, folder, recovered);
    folder.removeLeftovers();

    const assertOwner = () => lock.assertHeld();
    const journal = JournalWriter.open(files, folder.path, last, lastSequence + 1);
    const commits = new Commits(database, journal, lastSequence, assertOwner, () =>
      checkpoints.considerCheckpoint(),
    );
    const checkpoints = new Checkpoints(
      {
        files,
        folder,
        database,
        journal,
        commits,
        limits: options.limits ?? defaultCheckpointLimits,
        assertOwner,
        report,
      },
      recovered.fileSequence,
      recovered.backupSequence,
    );
    try {
      for (const migrate of pendingMigrations(database.schemaVersion)) {
        await commits.write(migrate);
      }
      await commits.write(options.firstChange ?? (() => {}));
    } catch (error) {
      journal.close();
      throw error;
    }
    if (recovered.backupBytes && recovered.fileSequence !== undefined) {
      checkpoints.keepBackup(recovered.backupBytes, recovered.fileSequence);
    }
    checkpoints.considerCheckpoint();
    return new StoreSession(lock, database, journal, commits, checkpoints, report, files, {
      schemaVersion: database.schemaVersion,
      replayedRecords: recovered.replayedRecords,
      repairs: recovered.repairs,
    });
  }

  read<T>(query: Query<T>): Promise<T> {
    return this.commits.read(query);
  }

  /** Resolves when the change is on disk. */
  write<T>(change: Change<T>): Promise<T> {
    return this.commits.write(change);
  }

  checkpoint(): Promise<void> {
    return this.checkpoints.checkpoint();
  }

  /** Writes the database, with all that was committed before, to another file: in one step, or not at all. */
  async copyTo(path: string): Promise<void> {
    const bytes = await this.commits.read(() => this.database.export());
    try {
      await new Folder(dirname(path), this.files).replace(path, bytes);
    } catch (error) {
      throw fileError(error, path);
    }
  }

  /** Nothing may be asked after this. A checkpoint that fails costs nothing: the journal has it all. */
  async close(): Promise<void> {
    await this.commits.read(() => null);
    try {
      await this.checkpoints.checkpoint();
    } catch (error) {
      this.report(
        `The checkpoint at closing failed: ${error instanceof Error ? error.message : String(error)}`,
      );
    } finally {
      this.journal.close();
      this.database.close();
      this.lock.release();
    }
  }
}

function recoverOrSetAside(attempt: () => Recovered, files: Files, folder: Folder): Recovered {
  try {
    return attempt();
  } catch (error) {
    throw error instanceof UnrecoverableStore ? setEverythingAside(files, folder, error) : error;
  }
}
