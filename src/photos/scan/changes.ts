import { pathEnd, splitPaths } from "../../protocol/joined-paths";
import type { FoundFile, KnownFileColumns } from "../../protocol/store-media";

/**
 * Compares what a walk finds with what is known. What it finds before that has arrived waits, in columns:
 * an object for each of a hundred thousand files would keep the garbage collector busier than the walk.
 */
export class ChangeFinder {
  #known: KnownPaths | undefined;
  readonly #paths: string[] = [];
  readonly #sizes: number[] = [];
  readonly #modified: number[] = [];
  readonly #changed: FoundFile[] = [];
  #found = 0;

  /** Files that were met. */
  get found(): number {
    return this.#found;
  }

  /** New files, and those whose size or time is another than the last time; complete after `compareWith`. */
  get changed(): readonly FoundFile[] {
    return this.#changed;
  }

  add(path: string, size: number, modified: number): void {
    this.#found++;
    if (this.#known) {
      this.#compare(this.#known, path, size, modified);
    } else {
      this.#paths.push(path);
      this.#sizes.push(size);
      this.#modified.push(modified);
    }
  }

  /** Compares what was added and what will be. */
  compareWith(columns: KnownFileColumns): void {
    this.#known = new KnownPaths(columns);
    for (const [index, path] of this.#paths.entries()) {
      this.#compare(this.#known, path, this.#sizes[index] ?? 0, this.#modified[index] ?? 0);
    }
    this.#paths.length = this.#sizes.length = this.#modified.length = 0;
  }

  /** Known files that were not met. */
  gone(): string[] {
    return this.#known?.notMet() ?? [];
  }

  #compare(known: KnownPaths, path: string, size: number, modified: number): void {
    const index = known.meet(path);
    if (index === undefined || !known.isUnchanged(index, size, modified)) {
      this.#changed.push({ path, size, modified });
    }
  }
}

/** Files mostly come in the order in which they came the first time, which spares taking the paths apart. */
class KnownPaths {
  readonly #columns: KnownFileColumns;
  readonly #met: Uint8Array;
  #metCount = 0;
  /** Index of the path that is expected next, and where it begins. */
  #next = 0;
  #nextStart = 0;
  /** Made for the first path that does not come in order. */
  #places: Map<string, { index: number; start: number }> | undefined;

  constructor(columns: KnownFileColumns) {
    this.#columns = columns;
    this.#met = new Uint8Array(columns.sizes.length);
  }

  /** The index of a path; undefined when it is not known. */
  meet(path: string): number | undefined {
    const end = this.#nextStart + path.length;
    const { paths } = this.#columns;
    if (!paths.startsWith(pathEnd, end) || !paths.startsWith(path, this.#nextStart)) {
      const place = this.#find(path);
      if (!place) {
        return undefined;
      }
      this.#next = place.index;
      this.#nextStart = place.start;
    }
    const index = this.#next++;
    this.#nextStart += path.length + pathEnd.length;
    this.#metCount += this.#met[index] ? 0 : 1;
    this.#met[index] = 1;
    return index;
  }

  isUnchanged(index: number, size: number, modified: number): boolean {
    const { sizes, modified: times } = this.#columns;
    return sizes[index] === size && times[index] === modified;
  }

  notMet(): string[] {
    return this.#metCount === this.#met.length
      ? []
      : splitPaths(this.#columns.paths).filter((_, index) => this.#met[index] === 0);
  }

  #find(path: string): { index: number; start: number } | undefined {
    if (!this.#places) {
      this.#places = new Map();
      let start = 0;
      for (const [index, known] of splitPaths(this.#columns.paths).entries()) {
        this.#places.set(known, { index, start });
        start += known.length + pathEnd.length;
      }
    }
    return this.#places.get(path);
  }
}
