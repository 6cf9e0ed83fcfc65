import { AppError } from "../../common/errors";
import { type JsonNode, JsonSyntaxError, parseJson } from "../../common/json-text";
import { Fields, faultOfName, reportRepeated } from "../suite/fields";
import { Problems } from "../suite/problems";
import type { Prompt, Sequence, SuiteProblem } from "../suite/suite";
import { syntaxReason } from "../suite/syntax-reason";

/** Storybench's `prompts.json`: an object of sequences, each a list of `{name, text}`. */
export function parseStorybenchPrompts({ file, text }: { file: string; text: string }): {
  sequences: Sequence[];
  problems: SuiteProblem[];
} {
  const source = text.replace(/^\uFEFF/, "");
  const problems = new Problems(file, source);
  let sequences: Sequence[] = [];
  try {
    sequences = readSequences(parseJson(source), problems);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) {
      throw error;
    }
    problems.add({ offset: error.offset, end: error.offset + 1 }, syntaxReason(error.fault));
  }
  return { sequences, problems: problems.list };
}

function readSequences(root: JsonNode, problems: Problems): Sequence[] {
  const names = root.names ?? [];
  if (names.length === 0) {
    problems.add(
      root,
      new AppError("invalid-input", "The prompts must be an object of sequences, each a list of prompts."),
    );
  }
  Fields.of(
    root,
    "prompts",
    names.map(({ name }) => name),
    problems,
  );
  return names.flatMap((place): Sequence[] => {
    const node = root.members?.get(place.name);
    const fault = faultOfName(place.name, "name");
    if (fault) {
      problems.add(place, fault);
    }
    if (node?.items?.length === 0) {
      problems.add(node, new AppError("invalid-input", "“{0}” must not be empty.", [place.name]));
    }
    if (!node?.items) {
      problems.add(node ?? place, new AppError("invalid-input", "“{0}” must be a list.", [place.name]));
      return [];
    }
    const prompts = readPrompts(node.items, problems);
    return [{ name: place.name, systemPrompt: "", independent: false, prompts }];
  });
}

function readPrompts(items: readonly JsonNode[], problems: Problems): Prompt[] {
  const prompts = items.map((item) => {
    const fields = Fields.of(
      item,
      "prompt",
      ["name", "text", ...(item.names ?? []).map(({ name }) => name)],
      problems,
    );
    return { node: item, text: fields?.requiredName(), prompt: fields?.requiredText("text") ?? "" };
  });
  reportRepeated(prompts, problems);
  return prompts.map(({ text, prompt }) => ({ name: text ?? "", text: prompt, checks: [] }));
}
