import initSqlJs, { type Database as SqlJsDatabase, type SqlJsStatic } from "sql.js";
import { readFileSync } from "node:fs";
import { fileError } from "./file-errors";
import type { SqlValue, Statement } from "./journal-codec";

export type Row = Record<string, SqlValue>;

/** Reads, and changes that are written down for the journal as they are made. */
export interface Transaction {
  readonly query: (sql: string, params?: readonly SqlValue[]) => Row[];
  /**
   * Runs one statement. The journal repeats it as it stands, so its effect may depend on nothing but
   * the database: no `random()`, no current time. Returns the number of changed rows.
   */
  readonly run: (sql: string, params?: readonly SqlValue[]) => number;
}

export async function loadSqlite(wasmPath: string): Promise<SqlJsStatic> {
  let wasm: Buffer;
  try {
    wasm = readFileSync(wasmPath);
  } catch (error) {
    throw fileError(error, wasmPath);
  }
  return await initSqlJs({ wasmBinary: new Uint8Array(wasm).buffer });
}

/** A SQLite database in memory. Nothing here touches the disk. */
export class Database {
  readonly #database: SqlJsDatabase;

  /** A property, so that queries can take it out of its database. */
  readonly query = (sql: string, params: readonly SqlValue[] = []): Row[] => {
    const statement = this.#database.prepare(sql, [...params]);
    try {
      const rows: Row[] = [];
      while (statement.step()) {
        rows.push(statement.getAsObject());
      }
      return rows;
    } finally {
      statement.free();
    }
  };

  private constructor(database: SqlJsDatabase) {
    this.#database = database;
    // Safety comes from the journal outside; these only concern SQLite's files, which are memory here.
    this.run("PRAGMA journal_mode = MEMORY");
    this.run("PRAGMA synchronous = OFF");
    this.run("PRAGMA foreign_keys = ON");
  }

  static createEmpty(sqlite: SqlJsStatic): Database {
    const database = new Database(new sqlite.Database());
    database.run("CREATE TABLE store_meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID");
    database.run("INSERT INTO store_meta VALUES ('applied_sequence', 0)");
    return database;
  }

  /** Throws when the bytes are not a sound database of this store. */
  static fromBytes(sqlite: SqlJsStatic, bytes: Uint8Array): Database {
    // sql.js goes on to use the very array it is given, so it gets one of its own.
    const inner = new sqlite.Database(Uint8Array.from(bytes));
    try {
      const database = new Database(inner);
      const problems = database.query("PRAGMA integrity_check").map((row) => String(Object.values(row)[0]));
      if (problems.join() !== "ok") {
        throw new Error(problems.slice(0, 5).join("; "));
      }
      if (!Number.isSafeInteger(database.appliedSequence)) {
        throw new Error("The database does not say how far its journal was applied.");
      }
      return database;
    } catch (error) {
      inner.close();
      throw error;
    }
  }

  /** Number of the last journal record that the database file contains. */
  get appliedSequence(): number {
    return Number(this.query("SELECT value FROM store_meta WHERE key = 'applied_sequence'")[0]?.["value"]);
  }

  set appliedSequence(sequence: number) {
    this.run("UPDATE store_meta SET value = ? WHERE key = 'applied_sequence'", [sequence]);
  }

  get schemaVersion(): number {
    return Number(this.query("PRAGMA user_version")[0]?.["user_version"]);
  }

  run(sql: string, params: readonly SqlValue[] = []): number {
    this.#database.run(sql, [...params]);
    return this.#database.getRowsModified();
  }

  begin(): void {
    this.run("BEGIN");
  }

  commit(): void {
    this.run("COMMIT");
  }

  rollback(): void {
    this.run("ROLLBACK");
  }

  /** Makes a change inside the open transaction; undoes just that change when `change` throws. */
  apply<T>(change: (transaction: Transaction) => T): { result: T; statements: Statement[] } {
    const statements: Statement[] = [];
    this.run("SAVEPOINT change");
    try {
      const result = change({
        query: (sql, params) => this.query(sql, params),
        run: (sql, params = []) => {
          const recorded = params.map(toWellFormed);
          const changed = this.run(sql, recorded);
          statements.push({ sql, params: recorded });
          return changed;
        },
      });
      this.run("RELEASE change");
      return { result, statements };
    } catch (error) {
      this.run("ROLLBACK TO change");
      this.run("RELEASE change");
      throw error;
    }
  }

  /** Repeats a journalled change; nothing of it remains when a statement fails. */
  replay(statements: readonly Statement[]): void {
    this.begin();
    try {
      for (const { sql, params } of statements) {
        this.run(sql, params);
      }
      this.commit();
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  /** The database as the bytes of a SQLite file. */
  export(): Uint8Array {
    return this.#database.export();
  }

  close(): void {
    this.#database.close();
  }
}

/** Half a surrogate pair has no UTF-8 form: memory and journal would each keep something else. */
function toWellFormed(value: SqlValue): SqlValue {
  return typeof value === "string" ? value.replace(/\p{Surrogate}/gu, "\ufffd") : value;
}
