import { abortError } from "../common/errors";
import { errorOfNetwork, timeoutError } from "./hub-errors";

export interface ReadOptions {
  /** Longest wait for the next byte. */
  stallMs: number;
  signal: AbortSignal;
}

/**
 * The body of a response, piece by piece. @throws AppError `offline` when the connection is cut or no
 * byte arrives in time, `aborted` when the signal fires.
 */
export async function* readChunks(
  response: Response,
  options: ReadOptions,
): AsyncGenerator<Uint8Array, void> {
  const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
  if (reader === undefined) {
    return;
  }
  try {
    for (;;) {
      const { done, value } = await nextChunk(reader, response.url, options);
      if (done) {
        return;
      }
      yield value;
    }
  } finally {
    // Also reached when the consumer stops early; frees the connection.
    await reader.cancel().catch(() => undefined);
  }
}

async function nextChunk(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  url: string,
  { stallMs, signal }: ReadOptions,
) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort: (() => void) | undefined;
  const interruption = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timeoutError(url, Math.round(stallMs / 1000))), stallMs);
    onAbort = () => reject(abortError());
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    if (signal.aborted) {
      throw abortError();
    }
    return await Promise.race([reader.read(), interruption]);
  } catch (error) {
    throw signal.aborted ? abortError() : errorOfNetwork(error, url);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) {
      signal.removeEventListener("abort", onAbort);
    }
  }
}
