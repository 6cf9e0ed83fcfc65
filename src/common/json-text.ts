/** A JSON value with where it stands, so that whoever checks it can name the line. */
export interface JsonNode {
  value: unknown;
  /** Of its first character, in UTF-16 units. */
  offset: number;
  /** Behind its last character. */
  end: number;
  /** Of an object; of several members with one name the last counts, as in `JSON.parse`. */
  members?: ReadonlyMap<string, JsonNode>;
  /** Of an object: every name as it is written, those that are repeated too. */
  names?: readonly JsonName[];
  /** Of an array. */
  items?: readonly JsonNode[];
}

/** A member's name in an object and where it stands, quotes included. */
export interface JsonName {
  name: string;
  offset: number;
  end: number;
}

/** Both count from 1. */
export interface TextPosition {
  line: number;
  column: number;
}

/** What is wrong at the place of a syntax error. */
export type JsonSyntaxFault =
  | "value expected"
  | "name expected"
  | "colon expected"
  | "comma expected"
  | "trailing comma"
  | "comment"
  | "malformed string"
  | "text after end"
  | "too deep";

export class JsonSyntaxError extends Error {
  override readonly name = "JsonSyntaxError";

  constructor(
    readonly position: TextPosition,
    /** The same place in UTF-16 units. */
    readonly offset: number,
    readonly fault: JsonSyntaxFault,
  ) {
    super(`Not valid JSON at line ${position.line}, column ${position.column}.`);
  }
}

const deepest = 200;
const lineFeed = 10;
const carriageReturn = 13;
const whitespace = /[ \t\r\n]*/y;
/** Without alternatives: a repeated group overflows the stack on a text of megabytes. */
const plainCharacters = /[^"\\\p{Cc}\x7f-\x9f]*[\x7f-\x9f]*/uy;
const escape = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
const numberOrWord = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * Reads a JSON text (RFC 8259; a byte order mark is skipped). `JSON.parse` names the place of an error in
 * some messages of some versions only, and never the place of a value.
 * @throws JsonSyntaxError
 */
export function parseJson(text: string): JsonNode {
  const reader = new Reader(text);
  const node = reader.value(0);
  reader.end();
  return node;
}

/** Finds positions in one text many times over. */
export function positionsIn(text: string): (offset: number) => TextPosition {
  const starts = lineStarts(text);
  return (offset) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

/** Lines end with LF, CR LF or CR. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === lineFeed || (code === carriageReturn && text.charCodeAt(index + 1) !== lineFeed)) {
      starts.push(index + 1);
    }
  }
  return starts;
}

export function positionAt(text: string, offset: number): TextPosition {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

class Reader {
  readonly #text: string;
  #offset: number;

  constructor(text: string) {
    this.#text = text;
    this.#offset = text.startsWith("\uFEFF") ? 1 : 0;
  }

  value(depth: number): JsonNode {
    this.#take(whitespace);
    const offset = this.#offset;
    if (depth > deepest) {
      this.#fail("too deep");
    }
    switch (this.#text[offset]) {
      case "{":
        return this.#object(offset, depth);
      case "[":
        return this.#array(offset, depth);
      case '"':
        return { value: this.#string(), offset, end: this.#offset };
      default: {
        const value: unknown = JSON.parse(this.#take(numberOrWord) || this.#fail("value expected"));
        return { value, offset, end: this.#offset };
      }
    }
  }

  end(): void {
    this.#take(whitespace);
    if (this.#offset < this.#text.length) {
      this.#fail("text after end");
    }
  }

  #object(offset: number, depth: number): JsonNode {
    const members = new Map<string, JsonNode>();
    const names: JsonName[] = [];
    this.#list("}", () => {
      const start = this.#offset;
      const name = this.#text[start] === '"' ? this.#string() : this.#fail("name expected");
      names.push({ name, offset: start, end: this.#offset });
      this.#take(whitespace);
      if (this.#text[this.#offset] !== ":") {
        this.#fail("colon expected");
      }
      this.#offset++;
      members.set(name, this.value(depth + 1));
    });
    const value = Object.fromEntries([...members].map(([name, node]) => [name, node.value]));
    return { value, offset, end: this.#offset, members, names };
  }

  #array(offset: number, depth: number): JsonNode {
    const items: JsonNode[] = [];
    this.#list("]", () => items.push(this.value(depth + 1)));
    return { value: items.map(({ value }) => value), offset, end: this.#offset, items };
  }

  /** What stands between a bracket and its end, separated by commas. */
  #list(end: string, readItem: () => void): void {
    this.#offset++;
    this.#take(whitespace);
    if (this.#text[this.#offset] === end) {
      this.#offset++;
      return;
    }
    for (;;) {
      readItem();
      this.#take(whitespace);
      if (this.#text[this.#offset] === end) {
        this.#offset++;
        return;
      }
      if (this.#text[this.#offset] !== ",") {
        this.#fail("comma expected");
      }
      this.#offset++;
      this.#take(whitespace);
      if (this.#text[this.#offset] === end) {
        this.#fail("trailing comma");
      }
    }
  }

  /** Starts at a quotation mark; a string that is not well-formed is an error at its start. */
  #string(): string {
    const start = this.#offset++;
    for (;;) {
      while (this.#take(plainCharacters) !== "");
      if (this.#text[this.#offset] === '"') {
        this.#offset++;
        return JSON.parse(this.#text.slice(start, this.#offset)) as string;
      }
      if (this.#take(escape) === "") {
        this.#offset = start;
        this.#fail("malformed string");
      }
    }
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#offset;
    const taken = pattern.exec(this.#text)?.[0] ?? "";
    this.#offset += taken.length;
    return taken;
  }

  #fail(fault: JsonSyntaxFault): never {
    const isComment = /^(?:\/[/*]|#)/.test(this.#text.slice(this.#offset, this.#offset + 2));
    const position = positionAt(this.#text, this.#offset);
    throw new JsonSyntaxError(position, this.#offset, isComment ? "comment" : fault);
  }
}
