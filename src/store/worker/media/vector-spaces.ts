import { createHash } from "node:crypto";
import { join } from "node:path";
import { SerialQueue } from "../../../common/async";
import { AppError } from "../../../common/errors";
import type { VectorSpace } from "../../../protocol/store-media";
import type { Query } from "../commits";
import type { Transaction } from "../database";
import type { Files } from "../files";
import type { StoreSession } from "../session";
import { VectorIndex } from "../vectors/vector-index";
import { compact, forgetLostContents, isWasteful } from "./compaction";
import { RowTable } from "./row-table";

/** A vector of a content, or of a part of it. */
export interface NewVector {
  contentId: number;
  part: number;
  start?: number | undefined;
  end?: number | undefined;
}

/** What belongs to new vectors in the same transaction. */
interface Addition {
  /** A vector is left out when this says that it is not wanted any more. */
  isWanted?: (transaction: Transaction, index: number) => boolean;
  alongside?: (transaction: Transaction) => void;
}

/** The vectors of one model, and whose they are. */
export interface OpenSpace {
  /** In the database. */
  id: number;
  index: VectorIndex;
  rows: RowTable;
}

/** The vectors of each model in a file of its own, beside the database that says whose they are. */
export class VectorSpaces {
  readonly #session: StoreSession;
  readonly #files: Files;
  readonly #folder: string;
  readonly #kernel: WebAssembly.Module;
  readonly #report: (message: string) => void;
  readonly #open = new Map<string, Promise<OpenSpace>>();
  /** One after another: a compaction takes the next free id. */
  readonly #opening = new SerialQueue();

  constructor(
    session: StoreSession,
    files: Files,
    folder: string,
    kernel: WebAssembly.Module,
    // Standard error reaches the extension's log.
    report: (message: string) => void = console.error,
  ) {
    this.#session = session;
    this.#files = files;
    this.#folder = folder;
    this.#kernel = kernel;
    this.#report = report;
    files.makeDirectory(folder);
  }

  /** Opens a space, or makes it. */
  open(space: VectorSpace): Promise<OpenSpace> {
    let opening = this.#open.get(space.fingerprint);
    if (!opening) {
      opening = this.#opening.run(() => this.#openSpace(space));
      this.#open.set(space.fingerprint, opening);
      opening.catch(() => this.#open.delete(space.fingerprint));
    }
    return opening;
  }

  /** Makes the vectors durable first, then what refers to them; row-major. */
  async add(
    space: VectorSpace,
    vectors: Float32Array,
    origins: readonly NewVector[],
    { isWanted = () => true, alongside }: Addition = {},
  ): Promise<void> {
    const { id, index, rows } = await this.open(space);
    if (vectors.length !== origins.length * space.dimensions) {
      throw new AppError("internal", "The number of vectors is not that of their origins.");
    }
    const first = index.append(vectors);
    // Should the database not take them, the rows stay dead.
    rows.reserve(index.rows);
    const wanted = await this.#session.write((transaction) => {
      const { run } = transaction;
      const wanted = [...origins.entries()].filter(([index]) => isWanted(transaction, index));
      for (const [offset, { contentId, part, start, end }] of wanted) {
        run("DELETE FROM vectors WHERE space_id = ? AND content_id = ? AND part = ?", [id, contentId, part]);
        run(
          "INSERT INTO vectors (space_id, row_number, content_id, part, start, end) VALUES (?, ?, ?, ?, ?, ?)",
          [id, first + offset, contentId, part, start ?? null, end ?? null],
        );
      }
      alongside?.(transaction);
      return wanted;
    });
    for (const [offset, { contentId, part }] of wanted) {
      rows.assign(first + offset, contentId, part);
    }
  }

  /** For spaces in memory, after the database was told. */
  async forget(contentId: number, part: number): Promise<void> {
    for (const space of await Promise.allSettled(this.#open.values())) {
      if (space.status === "fulfilled") {
        space.value.rows.remove(contentId, part);
      }
    }
  }

  async close(): Promise<void> {
    const spaces = await Promise.allSettled(this.#open.values());
    this.#open.clear();
    for (const space of spaces) {
      if (space.status === "fulfilled") {
        space.value.index.close();
      }
    }
  }

  async #openSpace(space: VectorSpace): Promise<OpenSpace> {
    const id = await this.#compactIfWasteful(space, await this.#register(space));
    const rows = await this.#session.read(readRows(id));
    const path = this.#pathOf(space, id);
    this.#removeFormerFiles(space, path);
    let index = VectorIndex.open(this.#kernel, this.#files, path, space, rows.length);
    if (!index) {
      // Not a file of ours, or damaged at its beginning: all vectors can be computed again.
      this.#files.remove(path);
      index = VectorIndex.open(this.#kernel, this.#files, path, space, 0);
    }
    if (!index) {
      throw new AppError("store-damaged", "“{0}” cannot be made anew.", [path]);
    }
    this.#files.syncDirectory(this.#folder);
    const { rows: present } = index;
    if (present === rows.length) {
      return { id, index, rows };
    }
    await this.#session.write(({ run }) => {
      run("DELETE FROM vectors WHERE space_id = ? AND row_number >= ?", [id, present]);
    });
    return { id, index, rows: await this.#session.read(readRows(id)) };
  }

  /** Returns the id that the space has then. */
  async #compactIfWasteful(space: VectorSpace, id: number): Promise<number> {
    try {
      await forgetLostContents(this.#session, id);
      const rows = await this.#session.read(readRows(id));
      const compacted =
        isWasteful(rows) &&
        (await compact(this.#session, this.#files, space, { id, rows }, (of) => this.#pathOf(space, of)));
      return compacted || id;
    } catch (error) {
      // Space is saved another time; what is there works as it is.
      this.#report(`Vectors could not be compacted: ${String(error)}`);
      return id;
    }
  }

  #pathOf({ fingerprint }: VectorSpace, id: number): string {
    return join(this.#folder, `${hashOf(fingerprint)}-${id}.f32`);
  }

  /** What a cut left of a compaction. */
  #removeFormerFiles({ fingerprint }: VectorSpace, current: string): void {
    for (const name of this.#files.list(this.#folder)) {
      const path = join(this.#folder, name);
      if (name.startsWith(hashOf(fingerprint)) && path !== current) {
        this.#files.remove(path);
      }
    }
  }

  async #register({ fingerprint, dimensions }: VectorSpace): Promise<number> {
    const known = await this.#session.read(findSpace(fingerprint));
    if (known && known.dimensions !== dimensions) {
      throw new AppError("internal", "The model gives vectors of another length than before.");
    }
    if (!known) {
      await this.#session.write(({ run }) => {
        run("INSERT INTO vector_spaces (fingerprint, dimensions) VALUES (?, ?)", [fingerprint, dimensions]);
      });
    }
    return known?.id ?? this.#register({ fingerprint, dimensions });
  }
}

function findSpace(fingerprint: string): Query<{ id: number; dimensions: number } | undefined> {
  return ({ query }) => {
    const row = query("SELECT id, dimensions FROM vector_spaces WHERE fingerprint = ?", [fingerprint])[0];
    return row && { id: Number(row["id"]), dimensions: Number(row["dimensions"]) };
  };
}

function readRows(spaceId: number): Query<RowTable> {
  return ({ query }) => {
    const row = query(
      `SELECT group_concat(row_number) AS numbers, group_concat(content_id) AS contents, group_concat(part) AS parts
       FROM (SELECT row_number, content_id, part FROM vectors WHERE space_id = ? ORDER BY row_number)`,
      [spaceId],
    )[0];
    const column = (name: string) => {
      const text = row?.[name];
      return text === null || text === undefined ? [] : String(text).split(",").map(Number);
    };
    const contents = column("contents");
    const parts = column("parts");
    const table = new RowTable();
    for (const [index, number] of column("numbers").entries()) {
      table.assign(number, contents[index] ?? 0, parts[index] ?? 0);
    }
    return table;
  };
}

/** Readable names would have to be unique and safe everywhere; a hash is both. */
function hashOf(fingerprint: string): string {
  return createHash("sha256").update(fingerprint).digest("hex").slice(0, 32);
}
