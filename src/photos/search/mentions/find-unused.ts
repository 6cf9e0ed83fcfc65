import { setImmediate as nextTick } from "node:timers/promises";
import { throwIfAborted } from "../../../common/async";
import type { ScanRoot } from "../../../protocol/photo-scanner";
import type { UnusedFiles } from "../../../protocol/picture-mentions";
import type { PicturePaths } from "../../../protocol/store-search";
import { MentionedPictures, type Mentions, mentionsIn } from "./mentions";
import { readText, type TextFile, textFiles } from "./text-files";

const sliceMs = 100;

/** Which pictures no text mentions; remembers what unchanged files say. */
export class UnusedFinder {
  #known = new Map<string, TextFile & { mentions: Mentions }>();

  /** Ends soon after `signal`. */
  async find(roots: readonly ScanRoot[], pictures: PicturePaths, signal: AbortSignal): Promise<UnusedFiles> {
    const mentioned = new MentionedPictures(pictures.paths);
    const known = new Map<string, TextFile & { mentions: Mentions }>();
    const unread: string[] = [];
    let startedAt = performance.now();
    for (const file of textFiles(roots, (path) => void unread.push(path))) {
      if (performance.now() - startedAt > sliceMs) {
        await nextTick();
        throwIfAborted(signal);
        startedAt = performance.now();
      }
      const mentions = file && this.#mentionsOf(file, unread);
      if (mentions) {
        known.set(file.path, { ...file, mentions });
        mentioned.add(mentions, file.path);
      }
    }
    this.#known = known;
    const unused = [...pictures.paths.keys()].filter((index) => !mentioned.isMentioned(index));
    return {
      fileIds: Uint32Array.from(unused, (index) => pictures.fileIds[index] ?? 0),
      sizes: Float64Array.from(unused, (index) => pictures.sizes[index] ?? 0),
      unread,
    };
  }

  #mentionsOf(file: TextFile, unread: string[]): Mentions | undefined {
    const known = this.#known.get(file.path);
    if (known?.size === file.size && known.modified === file.modified) {
      return known.mentions;
    }
    try {
      return mentionsIn(readText(file.path) ?? "");
    } catch {
      unread.push(file.path);
      return undefined;
    }
  }
}
