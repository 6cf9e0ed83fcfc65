import path from "node:path";
import { pathToFileURL } from "node:url";
import { escapeHtml } from "../../common/html";

export type LinkFormat = "markdown" | "html";

export interface LinkedPicture {
  /** Absolute. */
  path: string;
  name: string;
  caption?: string | undefined;
}

/**
 * A picture as a link that shows it, relative to `folder` (absolute) where that is possible. The alternative
 * text is the caption, or the file's name where there is none.
 */
export function linkText({ path: file, name, caption }: LinkedPicture, format: LinkFormat, folder?: string) {
  const address = addressOf(file, folder);
  const alt = (caption ?? "").replace(/\s+/g, " ").trim() || path.parse(name).name;
  return format === "markdown"
    ? `![${escapeMarkdown(alt)}](${address})`
    : `<img src="${escapeHtml(address)}" alt="${escapeHtml(alt)}">`;
}

function addressOf(file: string, folder: string | undefined): string {
  const relative = folder === undefined ? file : path.relative(folder, file);
  // From one drive to another there is no relative path.
  return path.isAbsolute(relative)
    ? encodeBrackets(pathToFileURL(file).href)
    : relative
        .split(path.sep)
        .map((part) => encodeBrackets(encodeURIComponent(part)))
        .join("/");
}

/** Brackets would end a Markdown link. */
function encodeBrackets(address: string): string {
  return address.replaceAll("(", "%28").replaceAll(")", "%29");
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>]|&(?=#?\w+;)/g, "\\$&");
}
