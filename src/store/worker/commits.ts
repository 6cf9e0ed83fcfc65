import type { Database, Transaction } from "./database";
import type { JournalWriter } from "./journal";
import { encodeChange, type Statement } from "./journal-codec";

export type Query<T> = (database: Pick<Database, "query">) => T;
export type Change<T> = (transaction: Transaction) => T;

interface Waiting {
  /** Runs inside the batch's transaction; the statements are what the journal has to keep. */
  run(): readonly Statement[];
  isRead: boolean;
  acknowledge(): void;
  reject(error: unknown): void;
}

/**
 * The only way to the database. Changes that arrive while an earlier batch goes to disk become one
 * batch: one SQLite transaction, one append, one fsync. A change is acknowledged after the fsync of its
 * own record; when that fails, the whole batch is undone in memory and every member is told.
 */
export class Commits {
  #waiting: Waiting[] = [];
  #lastSequence: number;

  constructor(
    private readonly database: Database,
    private readonly journal: JournalWriter,
    lastSequence: number,
    /** Throws when this process no longer owns the folder. */
    private readonly assertOwner: () => void,
    private readonly onCommitted: () => void,
  ) {
    this.#lastSequence = lastSequence;
  }

  /** Number of the last durable change. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** Sees every change that was asked for before it. */
  read<T>(query: Query<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) {
        resolve(query(this.database));
        return;
      }
      this.#enqueue({
        isRead: true,
        run: () => [],
        acknowledge: () => resolve(query(this.database)),
        reject,
      });
    });
  }

  write<T>(change: Change<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: T;
      this.#enqueue({
        isRead: false,
        run: () => {
          const applied = this.database.apply(change);
          result = applied.result;
          return applied.statements;
        },
        acknowledge: () => resolve(result),
        reject,
      });
    });
  }

  #enqueue(waiting: Waiting): void {
    this.#waiting.push(waiting);
    if (this.#waiting.length === 1) {
      setImmediate(() => this.#flush());
    }
  }

  /** Runs without a break, so nothing else ever sees the open transaction. */
  #flush(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    const changes = batch.filter((waiting) => !waiting.isRead);
    const failed = new Map<Waiting, unknown>();
    if (changes.length > 0) {
      try {
        this.#commit(changes, failed);
      } catch (error) {
        for (const change of changes) {
          failed.set(change, failed.get(change) ?? error);
        }
      }
    }
    for (const waiting of batch) {
      settle(waiting, failed);
    }
    this.onCommitted();
  }

  #commit(changes: readonly Waiting[], failed: Map<Waiting, unknown>): void {
    this.assertOwner();
    this.database.begin();
    let isJournalled = false;
    try {
      let sequence = this.#lastSequence;
      const records: Buffer[] = [];
      for (const change of changes) {
        const statements = runCollectingError(change, failed);
        if (statements.length > 0) {
          records.push(encodeChange(++sequence, statements));
        }
      }
      if (records.length > 0) {
        this.journal.append(Buffer.concat(records));
        isJournalled = true;
      }
      this.database.commit();
      this.#lastSequence = sequence;
    } catch (error) {
      if (isJournalled) {
        this.journal.revertLast();
      }
      this.#undo();
      throw error;
    }
  }

  #undo(): void {
    try {
      this.database.rollback();
    } catch (error) {
      // Memory and disk may differ now. Ending the worker is the safe way out: the next one starts from disk.
      setImmediate(() => {
        throw error;
      });
    }
  }
}

function runCollectingError(change: Waiting, failed: Map<Waiting, unknown>): readonly Statement[] {
  try {
    return change.run();
  } catch (error) {
    failed.set(change, error);
    return [];
  }
}

function settle(waiting: Waiting, failed: ReadonlyMap<Waiting, unknown>): void {
  if (failed.has(waiting)) {
    waiting.reject(failed.get(waiting));
    return;
  }
  try {
    waiting.acknowledge();
  } catch (error) {
    waiting.reject(error);
  }
}
