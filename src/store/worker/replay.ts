import { basename } from "node:path";
import type { Database } from "./database";
import type { JournalFile } from "./journal";
import { decodeChange, type JournalRecord } from "./journal-codec";

export interface Replay {
  /** Number of the last change the database holds now. */
  lastSequence: number;
  /** False when the journal holds or held more than could be applied. */
  isComplete: boolean;
  /** Where the usable part of the journal ends: this file, up to this offset. Undefined for no journal. */
  end: { file: JournalFile; offset: number } | undefined;
  /** What stands behind the end. `torn` was never acknowledged; `lost` was, or may have been. */
  behindEnd: "nothing" | "torn" | "lost";
  /** Sentences for the log. */
  repairs: string[];
}

/**
 * Applies every change after `sequence`, in order and without a gap, and stops at the first that is
 * missing, unreadable or fails.
 */
export function replayJournal(database: Database, sequence: number, journal: readonly JournalFile[]): Replay {
  let lastSequence = sequence;
  for (const file of journal) {
    for (const record of file.scan.records) {
      if (record.kind === "base" || record.sequence <= lastSequence) {
        continue;
      }
      const problem =
        record.sequence === lastSequence + 1
          ? applyRecord(database, record)
          : `change ${lastSequence + 1} is missing`;
      if (problem !== undefined) {
        return stoppedAt(file, record.start, lastSequence, problem);
      }
      lastSequence = record.sequence;
    }
  }
  return reachedEnd(journal.at(-1), lastSequence);
}

function applyRecord(database: Database, record: JournalRecord): string | undefined {
  try {
    database.replay(decodeChange(record.payload));
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `change ${record.sequence} could not be applied (${reason})`;
  }
}

function stoppedAt(file: JournalFile, offset: number, lastSequence: number, problem: string): Replay {
  return {
    lastSequence,
    isComplete: false,
    end: { file, offset },
    behindEnd: "lost",
    repairs: [`“${basename(file.path)}”: ${problem}; later changes were left out and kept aside.`],
  };
}

function reachedEnd(last: JournalFile | undefined, lastSequence: number): Replay {
  if (!last || last.scan.tail === "clean") {
    const end = last && { file: last, offset: last.length };
    return { lastSequence, isComplete: true, end, behindEnd: "nothing", repairs: [] };
  }
  const end = { file: last, offset: last.scan.soundEnd };
  const name = basename(last.path);
  const bytes = last.length - last.scan.soundEnd;
  return last.scan.tail === "torn"
    ? {
        lastSequence,
        isComplete: true,
        end,
        behindEnd: "torn",
        repairs: [`“${name}”: ${bytes} bytes of an unfinished change were removed.`],
      }
    : {
        lastSequence,
        isComplete: false,
        end,
        behindEnd: "lost",
        repairs: [`“${name}”: the last ${bytes} bytes are damaged; they were left out and kept aside.`],
      };
}
