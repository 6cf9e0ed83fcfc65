import { AppError } from "../../common/errors";
import type { JsonNode } from "../../common/json-text";
import { didYouMean, type ProblemSink } from "./problems";

/** Values that a number may take, both ends included. */
export interface NumberRange {
  least: number;
  most: number;
  isWhole?: true;
}

const longestName = 200;
const mostKeysListed = 15;

/**
 * The members of one object of a suite. Every method reports what is wrong and then gives undefined (or
 * what stands for nothing), so that reading goes on and finds the next problem.
 */
export class Fields {
  private constructor(
    readonly node: JsonNode,
    readonly members: ReadonlyMap<string, JsonNode>,
    readonly problems: ProblemSink,
  ) {}

  /** Reports members that are not in `known` and those that are there twice. `what` names the object. */
  static of(
    node: JsonNode,
    what: string,
    known: readonly string[],
    problems: ProblemSink,
  ): Fields | undefined {
    if (!node.members) {
      problems.add(node, new AppError("invalid-input", "“{0}” must be an object.", [what]));
      return undefined;
    }
    const seen = new Set<string>();
    for (const written of node.names ?? []) {
      if (problems.isFull) {
        break;
      }
      if (seen.has(written.name)) {
        problems.add(written, new AppError("invalid-input", "“{0}” is already set above.", [written.name]));
      } else if (!known.includes(written.name)) {
        problems.add(written, unknownKey(written.name, known));
      }
      seen.add(written.name);
    }
    return new Fields(node, node.members, problems);
  }

  get(key: string): JsonNode | undefined {
    return this.members.get(key);
  }

  required(key: string): JsonNode | undefined {
    const node = this.get(key);
    if (!node) {
      this.problems.add(this.#start, new AppError("invalid-input", "“{0}” is missing.", [key]));
    }
    return node;
  }

  /** Undefined where it is absent or wrong; blank only where it may be. */
  text(key: string, { mayBeBlank }: { mayBeBlank: boolean }): string | undefined {
    const node = this.get(key);
    return node && this.textOf(node, key, mayBeBlank);
  }

  requiredText(key: string, mayBeBlank = false): string | undefined {
    const node = this.required(key);
    return node && this.textOf(node, key, mayBeBlank);
  }

  textOf(node: JsonNode, key: string, mayBeBlank: boolean): string | undefined {
    const { value } = node;
    if (typeof value !== "string") {
      this.problems.add(node, new AppError("invalid-input", "“{0}” must be a text.", [key]));
      return undefined;
    }
    if (!mayBeBlank && value.trim() === "") {
      this.problems.add(node, new AppError("invalid-input", "“{0}” must not be empty.", [key]));
      return undefined;
    }
    return value;
  }

  /** A text of one line that lists and logs can show. */
  requiredName(key = "name"): string | undefined {
    const name = this.requiredText(key);
    const reason = name === undefined ? undefined : faultOfName(name, key);
    if (reason) {
      this.problems.add(this.get(key) ?? this.node, reason);
    }
    return reason ? undefined : name;
  }

  number(key: string, range: NumberRange): number | undefined {
    const node = this.get(key);
    if (!node) {
      return undefined;
    }
    const { value } = node;
    const { least, most, isWhole } = range;
    if (
      typeof value === "number" &&
      value >= least &&
      value <= most &&
      (!isWhole || Number.isInteger(value))
    ) {
      return value;
    }
    this.problems.add(node, outsideRange(key, range));
    return undefined;
  }

  flag(key: string): boolean | undefined {
    const node = this.get(key);
    if (!node || typeof node.value === "boolean") {
      return node?.value as boolean | undefined;
    }
    this.problems.add(node, new AppError("invalid-input", "“{0}” must be true or false.", [key]));
    return undefined;
  }

  choice<Choice extends string>(key: string, choices: readonly Choice[]): Choice | undefined {
    const node = this.get(key);
    if (!node) {
      return undefined;
    }
    const chosen = choices.find((choice) => choice === node.value);
    if (!chosen) {
      const reason = new AppError("invalid-input", "“{0}” must be one of: {1}.", [key, choices.join(", ")]);
      this.problems.add(node, reason);
    }
    return chosen;
  }

  /** Empty where it is absent. */
  list(key: string): readonly JsonNode[] {
    const node = this.get(key);
    return (node && this.itemsOf(node, key)) ?? [];
  }

  itemsOf(node: JsonNode, key: string): readonly JsonNode[] | undefined {
    if (!node.items) {
      this.problems.add(node, new AppError("invalid-input", "“{0}” must be a list.", [key]));
    }
    return node.items;
  }

  /** Its opening bracket or first key: to mark all of a long object would hide what is wrong in it. */
  get #start() {
    const { offset, names } = this.node;
    const first = names?.[0];
    return first?.offset === offset ? first : { offset, end: offset + 1 };
  }
}

/** Reports each text that an earlier one repeats; a schema tells that only of items that are texts themselves. */
export function reportRepeated(
  items: readonly { text: string | undefined; node: JsonNode }[],
  problems: ProblemSink,
  isInSchema = false,
): void {
  const seen = new Set<string>();
  for (const { text, node } of items) {
    if (text !== undefined && seen.has(text)) {
      problems.add(
        node,
        new AppError("invalid-input", "“{0}” is already used above. Choose another name.", [text]),
        isInSchema ? undefined : true,
      );
    } else if (text !== undefined) {
      seen.add(text);
    }
  }
}

export function faultOfName(name: string, key: string): AppError | undefined {
  if (name.trim() === "") {
    return new AppError("invalid-input", "“{0}” must not be empty.", [key]);
  }
  if (Array.from(name).length > longestName) {
    return new AppError("invalid-input", "“{0}” must not be longer than {1} characters.", [key, longestName]);
  }
  return /\p{Cc}|\p{Zl}|\p{Zp}/u.test(name)
    ? new AppError("invalid-input", "“{0}” must be a text of one line.", [key])
    : undefined;
}

function outsideRange(key: string, { least, most, isWhole }: NumberRange): AppError {
  if (!Number.isFinite(most)) {
    return new AppError("invalid-input", "“{0}” must be a number.", [key]);
  }
  return isWhole
    ? new AppError("invalid-input", "“{0}” must be a whole number from {1} to {2}.", [key, least, most])
    : new AppError("invalid-input", "“{0}” must be a number from {1} to {2}.", [key, least, most]);
}

function unknownKey(key: string, known: readonly string[]): AppError {
  const shown = key.length > 60 ? `${key.slice(0, 60)}…` : key;
  const meant = didYouMean(key, known);
  return meant === undefined
    ? new AppError("invalid-input", "“{0}” is not known here. Known are: {1}.", [
        shown,
        known.slice(0, mostKeysListed).join(", "),
      ])
    : new AppError("invalid-input", "“{0}” is not known here. Did you mean “{1}”?", [shown, meant]);
}
