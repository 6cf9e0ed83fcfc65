import { formatDuration } from "../common/format";
import type { EngineTask, LoadedModel } from "../protocol/engine";
import type { Translate } from "./hardware-text";

/** What matters most of a running model, such as `CPU` and `1,024 tokens`. */
export function loadedSummary(task: EngineTask, loaded: LoadedModel, t: Translate): string[] {
  const { device, contextLength, embeddingLength } = loaded;
  if (task === "chat" || task === "reranking") {
    return [device, tokens(contextLength, t)];
  }
  return embeddingLength > 0 ? [device, t("{0} dimensions", embeddingLength)] : [device];
}

/** Everything a person may want to know of a running model, as labels with their values. */
export function loadedRows(task: EngineTask, loaded: LoadedModel, t: Translate): [string, string][] {
  const { architecture, gpuLayers, embeddingLength, sequences } = loaded;
  const rows: [string, string][] = [
    [t("Architecture"), architecture],
    [t("Device"), gpuLayers > 0 ? t("{0}, {1} layers on the GPU", loaded.device, gpuLayers) : loaded.device],
    [t("Threads"), threads(loaded, t)],
  ];
  if (readsTexts(task)) {
    rows.push([t("Context"), context(loaded, t)]);
  }
  if (task === "chat") {
    rows.push([t("Conversations"), t("{0} kept at once", sequences)]);
  }
  if (embeddingLength > 0) {
    rows.push([t("Vectors"), t("{0} dimensions", embeddingLength)]);
  }
  rows.push([t("Loaded"), t("in {0}", loadTime(loaded.loadMs))]);
  return rows;
}

/** Whether the context length says how long a text may be. */
export function readsTexts(task: EngineTask): boolean {
  return task !== "caption" && task !== "speech";
}

function threads({ threads, promptThreads }: LoadedModel, t: Translate): string {
  return threads === promptThreads
    ? String(threads)
    : t("{0} for prompts, {1} for answers", promptThreads, threads);
}

function context({ contextLength, trainedContextLength }: LoadedModel, t: Translate): string {
  return contextLength === trainedContextLength
    ? tokens(contextLength, t)
    : t(
        "{0} tokens; the model was trained for {1}",
        contextLength.toLocaleString(),
        trainedContextLength.toLocaleString(),
      );
}

function tokens(count: number, t: Translate): string {
  return t("{0} tokens", count.toLocaleString());
}

function loadTime(milliseconds: number): string {
  return milliseconds < 59_950
    ? `${(milliseconds / 1000).toFixed(1)} s`
    : formatDuration(milliseconds / 1000);
}
