import path from "node:path";

/** What a text says that may be a picture's name. */
export interface Mentions {
  /** What stands before and with an extension of pictures, in lower case; a name is the end of one. */
  ends: string[];
  /** Names without an extension, in lower case, where a format leaves it out. */
  stems: string[];
}

const extension = /\.(?:jpeg|jpg|jpe|jfif|png|webp|gif|tiff|tif|avif|svg)/gi;
/** Names may be 255 bytes long, and three times that when every byte is written as `%20`. */
const longestName = 800;
const latex = /\\includegraphics\s*(?:\[[^\]]*\])?\s*\{([^{}]+)\}/g;
const androidResource = /\b(?:drawable|mipmap)[/.](\w+)/g;
const entities: Readonly<Record<string, string>> = {
  amp: "&",
  quot: '"',
  apos: "'",
  lt: "<",
  gt: ">",
  nbsp: "\u00a0",
};

/**
 * Everything that may mean a picture. Rather too much than too little: what is not mentioned is offered for
 * deletion.
 */
export function mentionsIn(text: string): Mentions {
  const ends = new Set<string>();
  for (const { index, 0: found } of text.matchAll(extension)) {
    const end = index + found.length;
    const line = text.slice(Math.max(0, end - longestName), end);
    const written = line.slice(Math.max(line.lastIndexOf("\n"), line.lastIndexOf("\r")) + 1);
    for (const spelling of spellings(written)) {
      ends.add(lastPart(spelling));
    }
  }
  const stems = new Set<string>();
  for (const pattern of [latex, androidResource]) {
    for (const [, name = ""] of text.matchAll(pattern)) {
      stems.add(lastPart(name.trim()));
    }
  }
  return { ends: [...ends], stems: [...stems] };
}

/** As names are compared: without regard to case and to how accents are encoded. */
export function comparable(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function lastPart(text: string): string {
  return comparable(text.slice(Math.max(text.lastIndexOf("/"), text.lastIndexOf("\\")) + 1));
}

/** The same as it stands, and read as an address, as HTML, and with escapes of Markdown, JSON and programs. */
function spellings(written: string): string[] {
  const found = [written];
  if (written.includes("%")) {
    found.push(written.replace(/(?:%[\da-f]{2})+/gi, decoded));
  }
  if (written.includes("+")) {
    found.push(written.replaceAll("+", " "));
  }
  if (written.includes("&")) {
    found.push(written.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, entity));
  }
  if (written.includes("\\")) {
    const characters = written.replace(
      /\\u(?:([\da-f]{4})|\{([\da-f]{1,6})\})/gi,
      (_, plain?: string, braced?: string) => character(Number.parseInt(plain ?? braced ?? "", 16)),
    );
    found.push(characters, characters.replace(/\\([^\p{L}\p{N}])/gu, "$1"));
  }
  return found;
}

function decoded(bytes: string): string {
  try {
    return decodeURIComponent(bytes);
  } catch {
    return bytes;
  }
}

function entity(whole: string, decimal?: string, hexadecimal?: string, name?: string): string {
  if (name !== undefined) {
    return entities[name.toLowerCase()] ?? whole;
  }
  return character(decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number(decimal));
}

function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}

/** Which of some pictures are mentioned. */
export class MentionedPictures {
  readonly #byName = new Map<string, number[]>();
  readonly #byStem = new Map<string, number[]>();
  readonly #isMentioned: Uint8Array;

  constructor(paths: readonly string[]) {
    this.#isMentioned = new Uint8Array(paths.length);
    for (const [index, file] of paths.entries()) {
      const name = comparable(path.basename(file));
      // `logo@2x.png` is meant wherever `logo.png` is.
      for (const each of new Set([name, name.replace(/@\d(?:\.\d)?x(?=\.\w+$)/, "")])) {
        put(this.#byName, each, index);
        put(this.#byStem, each.slice(0, each.lastIndexOf(".")), index);
      }
    }
  }

  /** `source` is the text's own file, whose name in itself means nothing. */
  add({ ends, stems }: Mentions, source: string): void {
    const own = comparable(path.basename(source));
    for (const end of ends) {
      for (let start = 0; start < end.length; start++) {
        const name = end.slice(start);
        if (name !== own) {
          this.#note(this.#byName.get(name));
        }
      }
    }
    for (const stem of stems) {
      this.#note(this.#byStem.get(stem));
    }
  }

  isMentioned(index: number): boolean {
    return this.#isMentioned[index] === 1;
  }

  #note(indexes: readonly number[] | undefined): void {
    for (const index of indexes ?? []) {
      this.#isMentioned[index] = 1;
    }
  }
}

function put(map: Map<string, number[]>, key: string, index: number): void {
  const indexes = map.get(key);
  if (indexes) {
    indexes.push(index);
  } else {
    map.set(key, [index]);
  }
}
