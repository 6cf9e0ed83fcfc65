import { abortError, AppError } from "../common/errors";
import { isRecord } from "../common/is-record";
import { isCommit, isSafeRepoPath } from "./cache-layout";
import { nonsenseError, type RequestSubject } from "./hub-errors";
import { HubHttp, type HubHttpOptions } from "./hub-http";
import { readChunks } from "./read-chunks";
import { hintsOfConfig, kindOf } from "./kind";
import type { HubSearchResult, ModelDetails, RemoteFile, RepoId } from "./model";
import { displayName } from "./model-id";
import { variantsOf } from "./variants";

/** More files than any model has; a listing that goes on beyond is not followed. */
const maximumFiles = 20_000;
const largestAnswerBytes = 64 * 1024 * 1024;
const searchLimit = 20;

/** What the hub knows of models: their facts, their files, and a search. */
export class HubClient {
  readonly http: HubHttp;

  constructor(options: HubHttpOptions) {
    this.http = new HubHttp(options);
  }

  get endpoint(): string {
    return this.http.endpoint;
  }

  /** Facts and variants of one repository at a revision. @throws AppError */
  async details(
    repoId: RepoId,
    revision: string,
    signal: AbortSignal,
  ): Promise<Omit<ModelDetails, "recommended">> {
    const info = await this.#info(repoId, revision, signal);
    const commit = info.sha;
    if (typeof commit !== "string" || !isCommit(commit)) {
      throw nonsenseError(this.endpoint, new Error("The model has no commit."));
    }
    const variants = variantsOf(await this.files(repoId, commit, signal));
    const config = hintsOfConfig(info.config);
    const tags = textsOf(info.tags);
    const license = tags.find((tag) => tag.startsWith("license:"))?.slice("license:".length);
    const kind = kindOf({
      repoId,
      primaryFile: variants[0]?.primaryFile ?? "",
      pipelineTag: info.task,
      tags,
      library: info.library_name,
      ...config,
    });
    return {
      repoId,
      name: displayName(repoId),
      revision,
      commit,
      kind,
      isGated: isGated(info.gated),
      pageUrl: `${this.endpoint}/${repoId}`,
      ...(license === undefined ? {} : { license }),
      downloads: info.downloads,
      likes: info.likes,
      variants,
    };
  }

  /** All files of a commit that can be saved; those with unsafe names are left out. @throws AppError */
  async files(repoId: RepoId, commit: string, signal: AbortSignal): Promise<RemoteFile[]> {
    return this.#ask({ repoId, revision: commit }, signal, async (fetchJson) => {
      const { listFiles } = await import("@huggingface/hub");
      const files: RemoteFile[] = [];
      const listing = listFiles({
        repo: { type: "model", name: repoId },
        revision: commit,
        recursive: true,
        hubUrl: this.endpoint,
        fetch: fetchJson,
      });
      for await (const entry of listing) {
        const file = entry.type === "file" ? toRemoteFile(entry) : undefined;
        if (file !== undefined && files.push(file) > maximumFiles) {
          throw new AppError("hub-error", "“{0}” has more than {1} files, which is not supported.", [
            repoId,
            maximumFiles,
          ]);
        }
      }
      return files;
    });
  }

  /** Models that this product can run, the most downloaded first: GGUF, then ONNX. @throws AppError */
  async search(query: string, signal: AbortSignal): Promise<HubSearchResult[]> {
    const gguf = await this.#searchTagged(query, "gguf", searchLimit, signal);
    const left = searchLimit - gguf.length;
    const onnx = left > 0 ? await this.#searchTagged(query, "transformers.js", left, signal) : [];
    const known = new Set(gguf.map((result) => result.repoId));
    return [...gguf, ...onnx.filter((result) => !known.has(result.repoId))];
  }

  /** Address of a file's content. */
  fileUrl(repoId: RepoId, commit: string, filePath: string): string {
    const path = filePath.split("/").map(encodeURIComponent).join("/");
    return `${this.endpoint}/${repoId}/resolve/${encodeURIComponent(commit)}/${path}`;
  }

  #info(repoId: RepoId, revision: string, signal: AbortSignal) {
    return this.#ask({ repoId, revision }, signal, async (fetchJson) => {
      const { modelInfo } = await import("@huggingface/hub");
      return modelInfo({
        name: repoId,
        revision,
        additionalFields: ["sha", "tags", "library_name", "config"],
        hubUrl: this.endpoint,
        fetch: fetchJson,
      });
    });
  }

  #searchTagged(query: string, tag: string, limit: number, signal: AbortSignal): Promise<HubSearchResult[]> {
    return this.#ask({}, signal, async (fetchJson) => {
      const { listModels } = await import("@huggingface/hub");
      const results: HubSearchResult[] = [];
      const listing = listModels({
        search: { query, tags: [tag] },
        additionalFields: ["tags", "library_name"],
        sort: "downloads",
        limit,
        hubUrl: this.endpoint,
        fetch: fetchJson,
      });
      for await (const model of listing) {
        results.push({
          repoId: model.name,
          name: displayName(model.name),
          kind: kindOf({
            repoId: model.name,
            primaryFile: tag === "gguf" ? "model.gguf" : "model.onnx",
            pipelineTag: model.task,
            tags: textsOf(model.tags),
            library: model.library_name,
          }),
          isGated: isGated(model.gated),
          downloads: model.downloads,
          likes: model.likes,
        });
      }
      return results;
    });
  }

  /** Lends our fetch to a call of the hub library and turns what it throws into sentences. */
  async #ask<T>(
    subject: RequestSubject,
    signal: AbortSignal,
    call: (fetchJson: typeof fetch) => Promise<T>,
  ): Promise<T> {
    const fetchJson: typeof fetch = async (input, init) => {
      const response = await this.http.get(input instanceof Request ? input.url : String(input), {
        subject,
        signal,
        headers: Object.fromEntries(new Headers(init?.headers)),
      });
      const { status, headers } = response;
      return new Response(await this.#readAll(response, signal), { status, headers });
    };
    try {
      return await call(fetchJson);
    } catch (error) {
      if (signal.aborted) {
        throw abortError();
      }
      throw error instanceof AppError ? error : nonsenseError(this.endpoint, error);
    }
  }

  async #readAll(response: Response, signal: AbortSignal): Promise<Buffer<ArrayBuffer>> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of readChunks(response, { stallMs: this.http.answerTimeoutMs, signal })) {
      size += chunk.length;
      if (size > largestAnswerBytes) {
        throw nonsenseError(this.endpoint, new Error(`An answer of more than ${largestAnswerBytes} bytes.`));
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
}

/** The library's types promise `false | "auto" | "manual"`; mirrors leave the field out. */
function isGated(gated: unknown): boolean {
  return gated === "auto" || gated === "manual" || gated === true;
}

/** Tags, which mirrors leave out although the library's types promise them. */
function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

function toRemoteFile(entry: unknown): RemoteFile | undefined {
  if (!isRecord(entry) || typeof entry["path"] !== "string" || !isSafeRepoPath(entry["path"])) {
    return undefined;
  }
  const lfs = isRecord(entry["lfs"]) ? entry["lfs"] : undefined;
  const size = lfs?.["size"] ?? entry["size"];
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    return undefined;
  }
  const sha256 = hash(lfs?.["oid"], 64);
  const gitSha1 = lfs === undefined ? hash(entry["oid"], 40) : undefined;
  return {
    path: entry["path"],
    sizeBytes: size,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(gitSha1 === undefined ? {} : { gitSha1 }),
  };
}

/** Hashes become file names, so nothing but plain hex passes. */
function hash(value: unknown, length: number): string | undefined {
  return typeof value === "string" && value.length === length && /^[0-9a-f]+$/.test(value)
    ? value
    : undefined;
}
