import { dirname, sep } from "node:path";
import { AppError } from "../../../common/errors";
import type { TextHits, TextSearch } from "../../../protocol/store-search";
import type { Query } from "../commits";
import type { Database } from "../database";
import type { SqlValue } from "../journal-codec";
import { conditionOf } from "./browse";
import { type SearchWord, searchWords, type TextColumn, wordsOfName } from "./full-text";

const mostWords = 64;
/** A word that so many files have tells nothing more of them. */
const mostHits = 5000;
/** Hits with some of the words only. */
const mostPartialHits = 1000;
/** A word that more files have says nothing when others are missing. */
const largestCommonShare = 0.5;
/** What a word counts where it is found: as it stands, and as the beginning of another. */
const grades = { text: 4, folder: 3, beginningOfText: 2, beginningOfFolder: 1 };

type Grade = (ids: readonly number[], grade: number) => void;

/**
 * @throws AppError `prompt-too-long` for more than 64 words.
 */
export function searchText({ wanted, unwanted, roots, filter }: TextSearch): Query<TextHits> {
  const words = uniqueWords(wanted);
  return (database) => {
    const finder = new WordFinder(database, roots, conditionOf(filter));
    const excluded = unwanted.map((text) => finder.filesWithAll(uniqueWords([text])));
    const isExcluded = new Set(excluded.flat());
    const scores = new Float32Array(finder.size);
    const found = new Uint8Array(finder.size);
    const partial = new Float32Array(finder.size);
    for (const word of words) {
      const best = finder.grade(word);
      const rarity = Math.log(1 + finder.count / Math.max(1, best.size));
      for (const [id, grade] of best) {
        scores[id] = (scores[id] ?? 0) + rarity * grade;
        found[id] = (found[id] ?? 0) + 1;
        if (best.size <= finder.count * largestCommonShare) {
          partial[id] = (partial[id] ?? 0) + rarity * grade;
        }
      }
    }
    const ids = Array.from(found.keys()).filter((id) => (found[id] ?? 0) > 0 && !isExcluded.has(id));
    const complete = ids.filter((id) => found[id] === words.length);
    const hits =
      complete.length > 0
        ? bestFirst(complete, scores).slice(0, mostHits)
        : bestFirst(
            ids.filter((id) => (partial[id] ?? 0) > 0),
            partial,
          ).slice(0, mostPartialHits);
    const shown = complete.length > 0 ? scores : partial;
    return {
      fileIds: Uint32Array.from(hits),
      scores: Float32Array.from(hits, (id) => shown[id] ?? 0),
      complete: Math.min(complete.length, mostHits),
      unwanted: Uint32Array.from(isExcluded),
    };
  };
}

function uniqueWords(texts: readonly string[]): SearchWord[] {
  const words = [...new Map(texts.flatMap(searchWords).map((word) => [word.text, word])).values()];
  if (words.length > mostWords) {
    throw new AppError(
      "prompt-too-long",
      "The query has {0} words. Names and captions can be searched for {1} at most.",
      [words.length, mostWords],
    );
  }
  return words;
}

function bestFirst(ids: number[], scores: Float32Array): number[] {
  return ids.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || b - a);
}

class WordFinder {
  readonly #database: Pick<Database, "query">;
  readonly #condition: { where: string; params: SqlValue[] };
  readonly #roots: readonly string[];
  readonly #rootWords: readonly string[];
  /** One more than the largest id. */
  readonly size: number;
  /** Files altogether. */
  readonly count: number;

  constructor(
    database: Pick<Database, "query">,
    roots: readonly string[],
    condition: { where: string; params: SqlValue[] },
  ) {
    this.#database = database;
    this.#condition = condition;
    this.#roots = roots.map((root) => (root.endsWith(sep) ? root : root + sep));
    this.#rootWords = roots.flatMap((root) => wordsOfName(root).split(" ").map(folded));
    const row = database.query("SELECT max(id) AS last, count(*) AS count FROM files")[0];
    this.size = Number(row?.["last"] ?? 0) + 1;
    this.count = Number(row?.["count"] ?? 0);
  }

  /** Files with the word, and how well they have it. */
  grade(word: SearchWord): Map<number, number> {
    const best = new Map<number, number>();
    const note: Grade = (ids, grade) => {
      for (const id of ids) {
        best.set(id, Math.max(grade, best.get(id) ?? 0));
      }
    };
    note(this.#match(inText(word.exact)), grades.text);
    this.#inFolders(word, "exact", grades.folder, note);
    if (Array.from(word.text).length > 1 && best.size < mostHits) {
      note(this.#match(inText(word.beginning)), grades.beginningOfText);
      this.#inFolders(word, "beginning", grades.beginningOfFolder, note);
    }
    return best;
  }

  filesWithAll(words: readonly SearchWord[]): number[] {
    const sets = words.map((word) => {
      const ids = new Set<number>();
      const note: Grade = (found) => found.forEach((id) => ids.add(id));
      note(this.#match(inText(word.exact)), 1);
      this.#inFolders(word, "exact", 1, note);
      return ids;
    });
    return [...(sets[0] ?? [])].filter((id) => sets.every((ids) => ids.has(id)));
  }

  /** Every file lies in the workspace's folder, so words of its path count only where they come again below. */
  #inFolders(word: SearchWord, how: "exact" | "beginning", grade: number, note: Grade): void {
    const text = folded(word.text);
    if (!this.#rootWords.some((rootWord) => rootWord.startsWith(text))) {
      note(this.#match(word[how]("folder")), grade);
      return;
    }
    const isMeant = (other: string) => (how === "beginning" ? other.startsWith(text) : other === text);
    for (const root of this.#roots) {
      const below = this.#paths(root, text).filter(({ path }) => {
        const words = wordsOfName(dirname(path.slice(root.length)));
        return words.split(" ").some((other) => isMeant(folded(other)));
      });
      note(
        below.map(({ id }) => id),
        grade,
      );
    }
  }

  /** Of files whose path below the root may have the word. */
  #paths(root: string, text: string): { id: number; path: string }[] {
    const { where, params } = this.#condition;
    const length = Array.from(root).length;
    return this.#database
      .query(
        `SELECT id, path FROM files WHERE substr(path, 1, ?) = ? AND lower(substr(path, ?)) LIKE ?
         AND problem IS NULL AND ${where}`,
        [
          length,
          root,
          length,
          `%${Array.from(text, (sign) => (sign < "\x80" ? sign : "%")).join("")}%`,
          ...params,
        ],
      )
      .map((row) => ({ id: Number(row["id"]), path: String(row["path"]) }));
  }

  #match(expression: string): number[] {
    return this.#ids("SELECT docid AS id FROM file_text WHERE file_text MATCH ?", [expression]);
  }

  #ids(found: string, params: SqlValue[]): number[] {
    const { where, params: conditionParams } = this.#condition;
    const row = this.#database.query(
      `SELECT group_concat(files.id) AS ids FROM (${found}) AS found JOIN files ON files.id = found.id
       WHERE problem IS NULL AND ${where}`,
      [...params, ...conditionParams],
    )[0];
    return row?.["ids"] ? String(row["ids"]).split(",").map(Number) : [];
  }
}

function inText(expression: (column: TextColumn) => string): string {
  return `${expression("name")} OR ${expression("caption")}`;
}

/** As the full-text index compares: without case and accents. */
function folded(word: string): string {
  return word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
