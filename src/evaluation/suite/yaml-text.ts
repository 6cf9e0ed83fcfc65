import {
  type Alias,
  Composer,
  type CST,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  Parser,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { AppError } from "../../common/errors";
import type { JsonName, JsonNode } from "../../common/json-text";
import { mapUntilFull, type Problems, type Span } from "./problems";

/** As in JSON; the composer is recursive, and a stack overflow inside it can end the process. */
const deepest = 100;
/** The library makes an error of each, and a file of nothing else would take minutes. */
const mostErrors = 100;
/** What aliases stand for counts each time, or ten lines could stand for a billion values. */
const mostNodes = 1_000_000;

/** Reads one YAML 1.2 document into the same shape as JSON; undefined when there are problems. */
export function parseYaml(text: string, problems: Problems): JsonNode | undefined {
  const tokens = readTokens(text, problems);
  return tokens && compose(tokens, text, problems);
}

/** The token parser keeps its own stack, so its depth is known before anything is recursive. */
function readTokens(text: string, problems: Problems): CST.Token[] | undefined {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let errors = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      errors += token.type === "error" ? 1 : 0;
    }
    if (errors > mostErrors) {
      return tokens;
    }
    if (parser.stack.length > deepest) {
      const { offset } = parser;
      problems.add({ offset, end: offset }, new AppError("invalid-input", "The file is nested too deeply."));
      return undefined;
    }
  }
  for (const token of parser.end()) {
    tokens.push(token);
  }
  return tokens;
}

function compose(tokens: CST.Token[], text: string, problems: Problems): JsonNode | undefined {
  // The library compares every key with every other; `Converter` finds repeated ones faster.
  const composer = new Composer({ uniqueKeys: false });
  const documents = [...composer.compose(tokens, true, text.length)];
  const [document, second] = documents;
  mapUntilFull(
    documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]),
    problems,
    ({ message, pos: [offset, end] }) => {
      const reason = new AppError("invalid-input", "Not valid YAML: {0}.", [plain(message)]);
      problems.add({ offset, end }, reason);
    },
  );
  if (second) {
    const [offset, end] = second.range;
    problems.add(
      { offset, end },
      new AppError(
        "invalid-input",
        "A suite is one YAML document; remove the “---” and what follows it, or write it into a file of its own.",
      ),
    );
  }
  if (problems.count > 0) {
    return undefined;
  }
  const contents = document?.contents;
  if (!contents) {
    return { value: null, offset: 0, end: 0 };
  }
  const root = new Converter(problems).convert(contents)?.node;
  return problems.count > 0 ? undefined : root;
}

interface Converted {
  node: JsonNode;
  /** Nodes in it, those behind aliases too. */
  size: number;
}

class Converter {
  readonly #problems: Problems;
  readonly #anchors = new Map<string, Converted | "open">();

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  /** Undefined after a problem. */
  convert(node: Node): Converted | undefined {
    const span = spanOf(node);
    if (isAlias(node)) {
      return this.#resolve(node, span);
    }
    const { anchor } = node;
    if (anchor) {
      this.#anchors.set(anchor, "open");
    }
    const converted = this.#convertContent(node, span);
    if (converted && converted.size > mostNodes) {
      this.#problems.add(span, new AppError("invalid-input", "The aliases here stand for too many values."));
      return undefined;
    }
    if (anchor && converted) {
      this.#anchors.set(anchor, converted);
    }
    return converted;
  }

  #convertContent(node: Node, span: Span): Converted | undefined {
    if (isMap(node)) {
      return this.#convertMap(node, span);
    }
    if (isSeq(node)) {
      return this.#convertList(node, span);
    }
    const value: unknown = isScalar(node) ? node.value : undefined;
    if (value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)) {
      return { node: { value, ...span }, size: 1 };
    }
    this.#problems.add(
      span,
      new AppError("invalid-input", "Only texts, finite numbers, true, false and null can stand here."),
    );
    return undefined;
  }

  #resolve({ source }: Alias, span: Span): Converted | undefined {
    const target = this.#anchors.get(source);
    if (target === undefined || target === "open") {
      this.#problems.add(span, new AppError("invalid-input", "“*{0}” has no “&{0}” before it.", [source]));
      return undefined;
    }
    return { node: { ...target.node, ...span }, size: target.size };
  }

  #convertMap(map: YAMLMap, span: Span): Converted {
    const members = new Map<string, JsonNode>();
    const names: JsonName[] = [];
    let size = 1;
    for (const item of map.items as unknown[]) {
      if (!isPair(item)) {
        continue;
      }
      const key = item.key as Node;
      const place = spanOf(key);
      const name = isScalar(key) ? keyText(key.value) : undefined;
      if (name === undefined) {
        this.#problems.add(place, new AppError("invalid-input", "A key must be a text."));
        continue;
      }
      names.push({ name, ...place });
      const value = item.value as Node | null;
      const converted = value ? this.convert(value) : { node: { value: null, ...place }, size: 1 };
      if (converted) {
        members.set(name, converted.node);
        size += converted.size;
      }
    }
    const value = Object.fromEntries([...members].map(([name, node]) => [name, node.value]));
    return { node: { value, ...span, members, names }, size };
  }

  #convertList(list: YAMLSeq, span: Span): Converted {
    const items: JsonNode[] = [];
    let size = 1;
    for (const item of list.items as Node[]) {
      const converted = this.convert(item);
      if (converted) {
        items.push(converted.node);
        size += converted.size;
      }
    }
    return { node: { value: items.map(({ value }) => value), ...span, items }, size };
  }
}

/** Numbers and the like are taken as they would be in JSON. */
function keyText(value: unknown): string | undefined {
  return typeof value === "string"
    ? value
    : typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : undefined;
}

function spanOf(node: Node): Span {
  const [offset = 0, end = offset] = node.range ?? [];
  return { offset, end };
}

/** The library's messages may end with an excerpt or a stop, which the sentence around them has itself. */
function plain(message: string): string {
  return (message.split("\n", 1)[0] ?? "").replace(/ at line \d+, column \d+:?$/, "").replace(/[.:\s]+$/, "");
}
