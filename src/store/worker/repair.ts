import { basename } from "node:path";
import { AppError } from "../../common/errors";
import type { Files } from "./files";
import type { Folder } from "./folder";
import type { JournalFile } from "./journal";
import { journalHeader } from "./journal-codec";
import type { Recovered, UnrecoverableStore } from "./recovery";

/**
 * Brings the folder in line with what was recovered: whatever is left out is kept under another name.
 * A crash between any two steps leaves a folder that recovers to the same state. Returns the journal
 * file to continue.
 */
export function repairFolder(files: Files, folder: Folder, recovered: Recovered): JournalFile | undefined {
  if (recovered.setDatabaseAside) {
    const aside = folder.asideName("store", "damaged", ".sqlite");
    files.rename(folder.database, aside);
    files.syncDirectory(folder.path);
    recovered.repairs.push(`The former database was kept as “${basename(aside)}”.`);
  }
  recovered.repairs.push(...recovered.replay.repairs);
  const { end, behindEnd } = recovered.replay;
  if (!end || behindEnd === "nothing") {
    return end?.file;
  }
  if (behindEnd === "lost") {
    setJournalsAside(files, folder, recovered.journal.slice(recovered.journal.indexOf(end.file) + 1));
    copyAside(files, folder, end.file);
  }
  const kept = cutJournal(files, end.file, end.offset);
  files.syncDirectory(folder.path);
  return kept;
}

/** Makes room for a new, empty store, and says where the old files are. */
export function setEverythingAside(files: Files, folder: Folder, error: UnrecoverableStore): AppError {
  const aside = folder.asideName("store", "damaged", ".sqlite");
  setJournalsAside(files, folder, error.journal);
  if (files.read(folder.backup)) {
    files.rename(folder.backup, folder.asideName("store-backup", "damaged", ".sqlite"));
  }
  if (error.hasDatabase) {
    files.rename(folder.database, aside);
  }
  files.syncDirectory(folder.path);
  return new AppError(
    "store-damaged",
    "The chats, evaluations and picture index of this workspace are damaged and cannot be restored. What is left of them was kept as “{0}”. Reload the window to begin anew.",
    [error.hasDatabase ? aside : folder.path],
    error.detail,
  );
}

function setJournalsAside(files: Files, folder: Folder, journal: readonly JournalFile[]): void {
  for (const file of journal) {
    files.rename(file.path, folder.asideName(basename(file.path, ".log"), "unapplied", ".log"));
  }
}

function copyAside(files: Files, folder: Folder, file: JournalFile): void {
  const bytes = files.read(file.path);
  if (bytes) {
    const path = folder.asideName(basename(file.path, ".log"), "damaged", ".log");
    const descriptor = files.open(path, "create");
    try {
      files.write(descriptor, bytes, 0);
      files.sync(descriptor);
    } finally {
      files.close(descriptor);
    }
    files.syncDirectory(folder.path);
  }
}

/** A file of which not even the beginning is left is removed. */
function cutJournal(files: Files, file: JournalFile, length: number): JournalFile | undefined {
  if (length < journalHeader.length) {
    files.remove(file.path);
    return undefined;
  }
  const descriptor = files.open(file.path, "existing");
  try {
    files.truncate(descriptor, length);
    files.sync(descriptor);
  } finally {
    files.close(descriptor);
  }
  return { ...file, length };
}
