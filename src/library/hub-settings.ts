import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { AppError } from "../common/errors";

const defaultEndpoint = "https://huggingface.co";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a token may come from besides the environment; undefined when none is stored. */
export type TokenSource = () => Promise<string | undefined>;

/**
 * The hub's address without a trailing slash: the setting, else `HF_ENDPOINT`, else huggingface.co.
 * @throws AppError `invalid-input`
 */
export function hubEndpoint(setting: string | undefined, environment: Environment): string {
  const chosen = nonEmpty(setting) ?? nonEmpty(environment["HF_ENDPOINT"]) ?? defaultEndpoint;
  const url = URL.canParse(chosen) ? new URL(chosen) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "" || url.search !== "") {
    throw new AppError(
      "invalid-input",
      "The hub address “{0}” is not a web address. Correct it in the settings, or in HF_ENDPOINT.",
      [chosen],
    );
  }
  return url.href.replace(/\/+$/, "");
}

/**
 * A token from the stored one, else from where Hugging Face's tools keep theirs: `HF_TOKEN`,
 * `HUGGING_FACE_HUB_TOKEN`, the file `HF_TOKEN_PATH`, `$HF_HOME/token`, `~/.cache/huggingface/token`.
 */
export async function hubToken(source: TokenSource, environment: Environment): Promise<string | undefined> {
  const given =
    nonEmpty(await source()) ??
    nonEmpty(environment["HF_TOKEN"]) ??
    nonEmpty(environment["HUGGING_FACE_HUB_TOKEN"]);
  if (given !== undefined) {
    return given;
  }
  for (const file of tokenFiles(environment)) {
    const token = nonEmpty(await readSmallFile(file));
    if (token !== undefined) {
      return token;
    }
  }
  return undefined;
}

function tokenFiles(environment: Environment): string[] {
  const cacheHome = nonEmpty(environment["XDG_CACHE_HOME"]) ?? path.join(os.homedir(), ".cache");
  const explicit = nonEmpty(environment["HF_TOKEN_PATH"]);
  const home = nonEmpty(environment["HF_HOME"]) ?? path.join(cacheHome, "huggingface");
  return [...(explicit === undefined ? [] : [explicit]), path.join(home, "token")];
}

async function readSmallFile(file: string): Promise<string | undefined> {
  try {
    const text = await fs.readFile(file, "utf8");
    return text.length <= 10_000 ? text : undefined;
  } catch {
    // No such file is the normal case; an unreadable one only means that there is no token.
    return undefined;
  }
}

function nonEmpty(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === undefined || trimmed === "" ? undefined : trimmed;
}
