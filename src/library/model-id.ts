import { AppError } from "../common/errors";
import type { RepoId } from "./model";

/** A model as a person names it. `variantHint` is what follows a colon, such as `Q4_K_M`. */
export interface ModelReference {
  repoId: RepoId;
  revision?: string | undefined;
  /** Path of a file inside the repository, from a pasted address of that file. */
  path?: string | undefined;
  variantHint?: string | undefined;
}

const maximumPartLength = 96;
const partPattern = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?$/;
const revisionPattern = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/;
const folderPrefix = "models--";
/** First path segments of the hub's site that are no organisations. */
const siteSections = new Set(["datasets", "spaces", "collections", "papers", "docs", "api", "blog"]);

/**
 * Accepts `org/name`, `org/name:Q4_K_M`, `org/name@revision`, and pasted addresses of a repository or of a
 * file in one (`https://huggingface.co/org/name/blob/main/x.gguf`, `hf.co/org/name:Q4_K_M`).
 * `hubHost` is the host of the configured hub, whose addresses are accepted too.
 * @throws AppError `invalid-model-id`
 */
export function parseModelReference(text: string, hubHost?: string): ModelReference {
  const trimmed = text.trim();
  const address = withoutHost(trimmed, hubHost);
  const [locator = ""] = address.split(/[?#]/, 1);
  const { rest, hint } = splitHint(locator);
  const { rest: path, revision } = splitRevision(rest);
  const parts = path.replace(/^\/+|\/+$/g, "").split("/");
  const [organisation = "", name = "", section, sectionRevision, ...filePath] = parts;
  const repoId = `${organisation}/${name}`;
  const isAddress = address !== trimmed;
  if (!isRepoId(repoId) || siteSections.has(organisation) || (!isAddress && parts.length !== 2)) {
    throw invalidModelId(trimmed);
  }
  const isFilePage = section === "blob" || section === "resolve" || section === "tree";
  const inFile = isFilePage ? decodeOrNothing(filePath.join("/")) : undefined;
  const chosenRevision = revision ?? (isFilePage ? decodeOrNothing(sectionRevision ?? "") : undefined);
  return {
    repoId,
    ...(chosenRevision === undefined ? {} : { revision: checkRevision(chosenRevision) }),
    ...(inFile === undefined ? {} : { path: inFile }),
    ...(hint === undefined ? {} : { variantHint: hint }),
  };
}

/** True for `org/name` as the hub allows it. */
export function isRepoId(text: string): boolean {
  const parts = text.split("/");
  return parts.length === 2 && parts.every(isRepoPart) && !text.endsWith(".git");
}

/** @throws AppError `invalid-model-id` */
export function checkRepoId(repoId: string): RepoId {
  if (!isRepoId(repoId)) {
    throw invalidModelId(repoId);
  }
  return repoId;
}

/** A branch, tag, commit or `refs/pr/1`. @throws AppError `invalid-input` */
export function checkRevision(revision: string): string {
  const segments = revision.split("/");
  if (!revisionPattern.test(revision) || segments.some((part) => part === "" || /^\.|\.\.|\.$/.test(part))) {
    throw new AppError("invalid-input", "“{0}” is not a valid revision. Use a branch, a tag or a commit.", [
      revision,
    ]);
  }
  return revision;
}

/** `models--org--name`, the folder of a repository in a Hugging Face cache. */
export function repoFolderName(repoId: RepoId): string {
  return folderPrefix + checkRepoId(repoId).replace("/", "--");
}

/** The id a cache folder stands for; undefined when the name is not one of a model. */
export function repoIdOfFolder(folderName: string): RepoId | undefined {
  if (!folderName.startsWith(folderPrefix)) {
    return undefined;
  }
  const repoId = folderName.slice(folderPrefix.length).replace("--", "/");
  return isRepoId(repoId) ? repoId : undefined;
}

/** `Qwen2.5 1.5B Instruct` for `Qwen/Qwen2.5-1.5B-Instruct-GGUF`. */
export function displayName(repoId: RepoId): string {
  const name = repoId.slice(repoId.indexOf("/") + 1);
  const withoutFormat = name.replace(/[-_.](?:gguf|onnx)$/i, "");
  return withoutFormat.replace(/[-_]+/g, " ").trim() || name;
}

function isRepoPart(part: string): boolean {
  return (
    part.length <= maximumPartLength && partPattern.test(part) && !part.includes("--") && !part.includes("..")
  );
}

function withoutHost(text: string, hubHost: string | undefined): string {
  const match = /^(?:https?:\/\/)?([^/]+)\/(.*)$/i.exec(text);
  const host = match?.[1]?.toLowerCase();
  const known = ["huggingface.co", "www.huggingface.co", "hf.co", hubHost?.toLowerCase()];
  return match?.[2] !== undefined && host !== undefined && known.includes(host) ? match[2] : text;
}

function splitHint(text: string): { rest: string; hint?: string } {
  const match = /^(.*):([A-Za-z0-9_.-]+)$/.exec(text);
  return match?.[1] !== undefined && match[2] !== undefined
    ? { rest: match[1], hint: match[2] }
    : { rest: text };
}

function splitRevision(text: string): { rest: string; revision?: string } {
  const at = text.indexOf("@");
  return at < 0 ? { rest: text } : { rest: text.slice(0, at), revision: text.slice(at + 1) };
}

function decodeOrNothing(text: string): string | undefined {
  try {
    return decodeURIComponent(text) || undefined;
  } catch {
    return undefined;
  }
}

function invalidModelId(text: string): AppError {
  return new AppError("invalid-model-id", "“{0}” is not a model id. Write it as organisation/name.", [text]);
}
