import { stat } from "node:fs/promises";
import { errnoCode } from "../../common/errors";
import type { PendingContent, VectorSpace } from "../../protocol/store-media";
import type { Store } from "../../store/store-client";
import type { Answer, RecordAnswers } from "./careful-requests";
import type { EmbeddedPicture } from "./picture-models";

/** Told of files that changed since the scan: what a model saw is not what they are known for. */
export type OnChangedFiles = (paths: string[]) => void;

/** Keeps vectors, and why pictures could not be read. */
export function recordEmbedded(
  store: Store,
  space: VectorSpace,
  onChanged: OnChangedFiles,
): RecordAnswers<EmbeddedPicture> {
  return async (answers) => {
    const { read, unreadable } = await sorted(store, answers, onChanged);
    const vectors = new Float32Array(read.length * space.dimensions);
    for (const [row, { result }] of read.entries()) {
      vectors.set(result.vector, row * space.dimensions);
    }
    await store.request("recordEmbedded", {
      space,
      vectors,
      contents: read.map(({ picture: { contentId }, result: { width, height } }) => ({
        contentId,
        width,
        height,
      })),
      problems: unreadable.map(({ picture: { contentId }, error }) => ({
        contentId,
        problem: JSON.stringify(error),
      })),
    });
  };
}

/** Keeps captions; what the model could not read has none, and is not tried again. */
export function recordCaptions(
  store: Store,
  modelName: string,
  onChanged: OnChangedFiles,
): RecordAnswers<string> {
  return async (answers) => {
    const { read, unreadable } = await sorted(store, answers, onChanged);
    const captions = [
      ...read.map(({ picture: { contentId }, result }) => ({ contentId, caption: result })),
      ...unreadable.map(({ picture: { contentId } }) => ({ contentId, caption: "" })),
    ];
    await store.request("recordCaptions", { by: modelName, captions });
  };
}

type Read<R> = Extract<Answer<R>, { result: R }>;
type Unreadable = Extract<Answer<never>, { error: unknown }>;

/** A file that was deleted since the scan is no problem: it is gone. */
async function sorted<R>(
  store: Store,
  answers: readonly Answer<R>[],
  onChanged: OnChangedFiles,
): Promise<{ read: Read<R>[]; unreadable: Unreadable[] }> {
  const read: Read<R>[] = [];
  const unreadable: Unreadable[] = [];
  const gone: string[] = [];
  const changed: string[] = [];
  const states = await Promise.all(answers.map(({ picture }) => fileState(picture)));
  for (const [index, answer] of answers.entries()) {
    if (states[index] === "gone") {
      gone.push(answer.picture.path);
    } else if (states[index] === "changed") {
      changed.push(answer.picture.path);
    } else if ("result" in answer) {
      read.push(answer);
    } else {
      unreadable.push(answer);
    }
  }
  if (gone.length > 0) {
    await store.request("recordFiles", { found: [], gone });
  }
  if (changed.length > 0) {
    onChanged(changed);
  }
  return { read, unreadable };
}

async function fileState({ path, size, modified }: PendingContent): Promise<"same" | "changed" | "gone"> {
  try {
    const now = await stat(path);
    return now.size === size && now.mtimeMs === modified ? "same" : "changed";
  } catch (error) {
    // Of a file that cannot be looked at any more, the model's word is all there is.
    return ["ENOENT", "ENOTDIR"].includes(errnoCode(error) ?? "") ? "gone" : "same";
  }
}
