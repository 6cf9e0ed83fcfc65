/** A JSON value with where it stands, so that whoever checks it can name the line. */
export interface JsonNode {
  value: unknown;
  /** Of its first character, in UTF-16 units. */
  offset: number;
  /** Of an object; of several members with one name the last counts, as in `JSON.parse`. */
  members?: ReadonlyMap<string, JsonNode>;
  /** Of an array. */
  items?: readonly JsonNode[];
}

/** Both count from 1. */
export interface TextPosition {
  line: number;
  column: number;
}

export class JsonSyntaxError extends Error {
  override readonly name = "JsonSyntaxError";

  constructor(readonly position: TextPosition) {
    super(`Not valid JSON at line ${position.line}, column ${position.column}.`);
  }
}

const deepest = 200;
const whitespace = /[ \t\r\n]*/y;
const string = /"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;
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
      throw this.#error();
    }
    switch (this.#text[offset]) {
      case "{":
        return this.#object(offset, depth);
      case "[":
        return this.#array(offset, depth);
      case '"':
        return { value: this.#string(), offset };
      default:
        return { value: JSON.parse(this.#take(numberOrWord) || this.#fail()), offset };
    }
  }

  end(): void {
    this.#take(whitespace);
    if (this.#offset < this.#text.length) {
      throw this.#error();
    }
  }

  #object(offset: number, depth: number): JsonNode {
    const members = new Map<string, JsonNode>();
    this.#list("}", () => {
      const name = this.#string();
      this.#take(whitespace);
      this.#expect(":");
      members.set(name, this.value(depth + 1));
    });
    const value = Object.fromEntries([...members].map(([name, node]) => [name, node.value]));
    return { value, offset, members };
  }

  #array(offset: number, depth: number): JsonNode {
    const items: JsonNode[] = [];
    this.#list("]", () => items.push(this.value(depth + 1)));
    return { value: items.map(({ value }) => value), offset, items };
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
      this.#take(whitespace);
      readItem();
      this.#take(whitespace);
      if (this.#text[this.#offset] === end) {
        this.#offset++;
        return;
      }
      this.#expect(",");
    }
  }

  #string(): string {
    return JSON.parse(this.#take(string) || this.#fail()) as string;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#offset;
    const taken = pattern.exec(this.#text)?.[0] ?? "";
    this.#offset += taken.length;
    return taken;
  }

  #expect(character: string): void {
    if (this.#text[this.#offset] !== character) {
      throw this.#error();
    }
    this.#offset++;
  }

  #fail(): never {
    throw this.#error();
  }

  #error(): JsonSyntaxError {
    return new JsonSyntaxError(positionAt(this.#text, this.#offset));
  }
}
