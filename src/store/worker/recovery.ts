import { basename } from "node:path";
import type { SqlJsStatic } from "sql.js";
import { AppError } from "../../common/errors";
import { Database } from "./database";
import type { Files } from "./files";
import type { Folder } from "./folder";
import { type JournalFile, readJournal } from "./journal";
import { checksumOf, decodeBase } from "./journal-codec";
import { assertNotNewer, newerVersionError } from "./migrations";
import { type Replay, replayJournal } from "./replay";

/** A database read from a file, or why that was not possible. */
type Source =
  | { state: "absent" }
  | { state: "damaged"; reason: string }
  | {
      state: "sound";
      bytes: Buffer;
      database: Database;
      sequence: number;
      /** Whether its checksum is one that the journal announced. */
      isVerified: boolean;
    };

type SoundSource = Extract<Source, { state: "sound" }>;

/** What opening found and decided; nothing on disk has changed yet. */
export interface Recovered {
  database: Database;
  /** Number of the last change in `database`. */
  lastSequence: number;
  replayedRecords: number;
  /** Number up to which the file in place holds everything; undefined when it has to be written anew. */
  fileSequence: number | undefined;
  /** The database file as it is on disk when it passed every check and is not the backup already. */
  backupBytes: Buffer | undefined;
  /** The last change a usable backup holds; 0 without one. */
  backupSequence: number;
  journal: JournalFile[];
  replay: Replay;
  /** Whether the file in place is to be moved aside. */
  setDatabaseAside: boolean;
  repairs: string[];
}

/** Finds the newest state that the files in the folder can give, without changing any of them. */
export function recover(sqlite: SqlJsStatic, files: Files, folder: Folder): Recovered {
  const journal = readJournal(files, folder.path);
  const newer = journal.find((file) => file.scan.isNewerFormat);
  if (newer) {
    throw newerVersionError(`Unknown journal format in ${newer.path}.`);
  }
  const announced = announcedChecksums(journal);
  const main = readSource(sqlite, files.read(folder.database), announced);
  const backupBytes = files.read(folder.backup);
  if (main.state === "sound" && main.isVerified) {
    return fromIntactDatabase(main, backupBytes, journal);
  }
  const backup = readSource(sqlite, backupBytes, announced);
  return main.state === "sound"
    ? fromUnverifiedDatabase(main, backup, journal, basename(folder.database))
    : withoutDatabase(sqlite, main, backup, journal, basename(folder.database));
}

function fromIntactDatabase(
  main: SoundSource,
  backupBytes: Buffer | undefined,
  journal: JournalFile[],
): Recovered {
  const isBackedUp = backupBytes?.equals(main.bytes) === true;
  return {
    ...replayOnto(main.database, main.sequence, journal),
    fileSequence: main.sequence,
    backupBytes: isBackedUp ? undefined : main.bytes,
    backupSequence: isBackedUp ? main.sequence : 0,
    setDatabaseAside: false,
    repairs: [],
  };
}

/** Sound to SQLite, but not bytes that the journal announced. A backup that leads to everything is better. */
function fromUnverifiedDatabase(
  main: SoundSource,
  backup: Source,
  journal: JournalFile[],
  name: string,
): Recovered {
  if (backup.state === "sound" && backup.isVerified) {
    const restored = fromBackup(backup, journal, true, [
      `“${name}” was changed outside of the store; the backup and the journal were used instead.`,
    ]);
    if (restored.replay.isComplete && restored.lastSequence >= main.sequence) {
      main.database.close();
      return restored;
    }
    restored.database.close();
  }
  const problem =
    journal.length === 0
      ? "The journal was missing; changes after the last checkpoint are lost."
      : `“${name}” was changed outside of the store; it was used as it is.`;
  return {
    ...replayOnto(main.database, main.sequence, journal),
    fileSequence: undefined,
    backupBytes: undefined,
    backupSequence: backup.state === "sound" ? backup.sequence : 0,
    setDatabaseAside: false,
    repairs: [problem],
  };
}

function withoutDatabase(
  sqlite: SqlJsStatic,
  main: Exclude<Source, SoundSource>,
  backup: Source,
  journal: JournalFile[],
  name: string,
): Recovered {
  const isDamaged = main.state === "damaged";
  const what = isDamaged ? `“${name}” is damaged (${main.reason})` : `“${name}” is missing`;
  if (backup.state === "sound") {
    return fromBackup(backup, journal, isDamaged, [`${what}; the backup and the journal were used instead.`]);
  }
  const isNew = !isDamaged && backup.state === "absent" && journal.length === 0;
  if (!isNew && journal[0]?.firstSequence !== 1) {
    throw new UnrecoverableStore(journal, isDamaged, `${what}; no backup can be used.`);
  }
  return {
    ...replayOnto(Database.createEmpty(sqlite), 0, journal),
    fileSequence: isDamaged ? undefined : 0,
    backupBytes: undefined,
    backupSequence: 0,
    setDatabaseAside: isDamaged,
    repairs: isDamaged ? [`${what}; it was made again from the journal.`] : [],
  };
}

function fromBackup(
  backup: SoundSource,
  journal: JournalFile[],
  setDatabaseAside: boolean,
  repairs: string[],
): Recovered {
  return {
    ...replayOnto(backup.database, backup.sequence, journal),
    fileSequence: undefined,
    backupBytes: undefined,
    backupSequence: backup.sequence,
    setDatabaseAside,
    repairs,
  };
}

function replayOnto(database: Database, sequence: number, journal: JournalFile[]) {
  assertNotNewer(database);
  const replay = replayJournal(database, sequence, journal);
  assertNotNewer(database);
  return {
    database,
    journal,
    replay,
    lastSequence: replay.lastSequence,
    replayedRecords: replay.lastSequence - sequence,
  };
}

function readSource(sqlite: SqlJsStatic, bytes: Buffer | undefined, announced: ReadonlySet<string>): Source {
  if (!bytes) {
    return { state: "absent" };
  }
  try {
    const database = Database.fromBytes(sqlite, bytes);
    const isVerified = announced.has(checksumKey(checksumOf(bytes)));
    return { state: "sound", bytes, database, sequence: database.appliedSequence, isVerified };
  } catch (error) {
    return { state: "damaged", reason: error instanceof Error ? error.message : String(error) };
  }
}

function announcedChecksums(journal: readonly JournalFile[]): Set<string> {
  const records = journal.flatMap((file) => file.scan.records);
  return new Set(
    records
      .filter((record) => record.kind === "base")
      .map((record) => checksumKey(decodeBase(record.payload))),
  );
}

function checksumKey({ size, crc }: { size: number; crc: number }): string {
  return `${size}:${crc}`;
}

/** Neither the database nor a backup can be read, and the journal does not reach back to the beginning. */
export class UnrecoverableStore extends AppError {
  constructor(
    readonly journal: readonly JournalFile[],
    readonly hasDatabase: boolean,
    reason: string,
  ) {
    super(
      "store-damaged",
      "The chats, evaluations and picture index of this workspace are damaged.",
      [],
      reason,
    );
  }
}
