import { createHash } from "node:crypto";
import { join } from "node:path";
import { AppError } from "../../../common/errors";
import type { Query } from "../commits";
import type { Database } from "../database";
import type { Files } from "../files";
import type { StoreSession } from "../session";
import type { VectorSpace } from "../vectors/vector-file";
import { VectorIndex } from "../vectors/vector-index";

/** A vector of a content, or of a part of it. */
export interface NewVector {
  contentId: number;
  part: number;
  start?: number | undefined;
  end?: number | undefined;
}

interface OpenSpace {
  id: number;
  space: VectorSpace;
  index: VectorIndex;
  /** Content of each row; 0 for rows that nothing refers to. */
  contents: number[];
  parts: number[];
}

export interface ContentHit {
  contentId: number;
  part: number;
  score: number;
}

/** The vectors of each model beside the database that says whose they are. */
export class VectorSpaces {
  readonly #session: StoreSession;
  readonly #files: Files;
  readonly #folder: string;
  readonly #kernel: WebAssembly.Module;
  readonly #open = new Map<string, Promise<OpenSpace>>();

  constructor(session: StoreSession, files: Files, folder: string, kernel: WebAssembly.Module) {
    this.#session = session;
    this.#files = files;
    this.#folder = folder;
    this.#kernel = kernel;
    files.makeDirectory(folder);
  }

  /** Makes the vectors durable first, then what refers to them; row-major. */
  async add(space: VectorSpace, vectors: Float32Array, origins: readonly NewVector[]): Promise<void> {
    const open = await this.#space(space);
    if (vectors.length !== origins.length * space.dimensions) {
      throw new AppError("internal", "The number of vectors is not that of their origins.");
    }
    const first = open.index.append(vectors);
    for (const [offset] of origins.entries()) {
      open.contents[first + offset] = 0;
      open.parts[first + offset] = 0;
    }
    await this.#session.write(({ run }) => {
      for (const [offset, { contentId, part, start, end }] of origins.entries()) {
        run("DELETE FROM vectors WHERE space_id = ? AND content_id = ? AND part = ?", [
          open.id,
          contentId,
          part,
        ]);
        run(
          "INSERT INTO vectors (space_id, row_number, content_id, part, start, end) VALUES (?, ?, ?, ?, ?, ?)",
          [open.id, first + offset, contentId, part, start ?? null, end ?? null],
        );
      }
    });
    for (const [offset, { contentId, part }] of origins.entries()) {
      this.#forgetEarlier(open, contentId, part);
      open.contents[first + offset] = contentId;
      open.parts[first + offset] = part;
    }
  }

  /** The nearest contents among those allowed, best first. */
  async search(
    space: VectorSpace,
    query: Float32Array,
    limit: number,
    isAllowed: (contentId: number) => boolean,
  ) {
    const open = await this.#space(space);
    const allowed = Uint8Array.from(open.contents, (contentId) =>
      contentId !== 0 && isAllowed(contentId) ? 1 : 0,
    );
    const { hits, background } = open.index.search({ query, limit, allowed });
    return {
      background,
      hits: hits.map(({ row, score }): ContentHit => ({
        contentId: open.contents[row] ?? 0,
        part: open.parts[row] ?? 0,
        score,
      })),
    };
  }

  /** Of the first part of a content; undefined when this model has not seen it. */
  async vectorOf(space: VectorSpace, contentId: number): Promise<Float32Array | undefined> {
    const open = await this.#space(space);
    const row = open.contents.indexOf(contentId);
    return row < 0 ? undefined : open.index.vector(row);
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

  #space(space: VectorSpace): Promise<OpenSpace> {
    let opening = this.#open.get(space.fingerprint);
    if (!opening) {
      opening = this.#openSpace(space);
      this.#open.set(space.fingerprint, opening);
      opening.catch(() => this.#open.delete(space.fingerprint));
    }
    return opening;
  }

  async #openSpace(space: VectorSpace): Promise<OpenSpace> {
    const id = await this.#register(space);
    const { contents, parts } = await this.#session.read(readRows(id));
    const path = join(this.#folder, fileName(space));
    let index = VectorIndex.open(this.#kernel, this.#files, path, space, contents.length);
    if (!index) {
      // Not a file of ours, or damaged at its beginning: all vectors can be computed again.
      this.#files.remove(path);
      index = VectorIndex.open(this.#kernel, this.#files, path, space, 0);
    }
    if (!index) {
      throw new AppError("store-damaged", "“{0}” cannot be made anew.", [path]);
    }
    const { rows } = index;
    if (rows < contents.length) {
      await this.#session.write(({ run }) => {
        run("DELETE FROM vectors WHERE space_id = ? AND row_number >= ?", [id, rows]);
      });
    }
    return { id, space, index, contents: contents.slice(0, rows), parts: parts.slice(0, rows) };
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

  #forgetEarlier(open: OpenSpace, contentId: number, part: number): void {
    for (
      let row = open.contents.indexOf(contentId);
      row >= 0;
      row = open.contents.indexOf(contentId, row + 1)
    ) {
      if (open.parts[row] === part) {
        open.contents[row] = 0;
      }
    }
  }
}

function findSpace(fingerprint: string): Query<{ id: number; dimensions: number } | undefined> {
  return ({ query }) => {
    const row = query("SELECT id, dimensions FROM vector_spaces WHERE fingerprint = ?", [fingerprint])[0];
    return row && { id: Number(row["id"]), dimensions: Number(row["dimensions"]) };
  };
}

function readRows(
  spaceId: number,
): (database: Pick<Database, "query">) => { contents: number[]; parts: number[] } {
  return ({ query }) => {
    const contents: number[] = [];
    const parts: number[] = [];
    const row = query(
      `SELECT group_concat(row_number) AS numbers, group_concat(content_id) AS contents, group_concat(part) AS parts
       FROM (SELECT row_number, content_id, part FROM vectors WHERE space_id = ? ORDER BY row_number)`,
      [spaceId],
    )[0];
    const column = (name: string) => (row?.[name] ? String(row[name]).split(",").map(Number) : []);
    const contentColumn = column("contents");
    const partColumn = column("parts");
    for (const [index, number] of column("numbers").entries()) {
      while (contents.length < number) {
        contents.push(0);
        parts.push(0);
      }
      contents.push(contentColumn[index] ?? 0);
      parts.push(partColumn[index] ?? 0);
    }
    return { contents, parts };
  };
}

/** Readable names would have to be unique and safe everywhere; a hash is both. */
function fileName({ fingerprint }: VectorSpace): string {
  return `${createHash("sha256").update(fingerprint).digest("hex").slice(0, 32)}.f32`;
}
