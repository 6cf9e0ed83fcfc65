import { AppError } from "../../common/errors";
import { defaultCriteria, defaultJudge, defaultScale } from "../suite/defaults";
import type { Sequence, Suite, SuiteProblem } from "../suite/suite";
import { sequenceTemplates, type SequenceTemplate } from "../templates/templates";
import { parseEvaluationConfiguration } from "./evaluation-configuration";
import { parseStorybenchPrompts } from "./storybench-prompts";

export interface TextFile {
  /** Absolute path. */
  file: string;
  text: string;
}

export type StorybenchImport =
  | {
      suite: Suite;
      /** What was left out or replaced, each as a sentence. */
      notes: AppError[];
      problems: readonly [];
    }
  | { suite?: undefined; problems: readonly SuiteProblem[] };

/** The names under which storybench keeps its own prompts, in the form of `simplified`. */
const templateOf: ReadonlyMap<string, SequenceTemplate["id"]> = new Map([
  ["filmnarrative", "film"],
  ["literarynarrative", "literary"],
  ["commercialconcept", "commercial"],
  ["regionalthriller", "thriller"],
  ["crossgenre", "cross-genre"],
]);

/**
 * A suite from a configuration of storybench (github.com/Nazuna-io/storybench): its
 * `config/local_models.json`, and `config/prompts.json` where that is given. Storybench keeps prompts in a
 * database, so without the file its five sequences are taken from the templates here.
 */
export function importStorybench(configuration: TextFile, prompts?: TextFile): StorybenchImport {
  const {
    configuration: read,
    problems,
    ignored,
  } = parseEvaluationConfiguration(configuration.file, configuration.text);
  const own = prompts && parseStorybenchPrompts(prompts);
  const allProblems = [...problems, ...(own?.problems ?? [])];
  if (!read || allProblems.length > 0) {
    return { problems: allProblems };
  }
  const { generationModel, evaluationModel, useLocalEvaluator, settings } = read;
  const notes = ignored.map(
    (key) => new AppError("invalid-input", "“{0}” has no meaning here and was left out.", [key]),
  );
  const sequences = own
    ? chosenOf(own.sequences, read.sequences, notes)
    : templatesFor(read.sequences, notes);
  if (!useLocalEvaluator) {
    notes.push(
      new AppError(
        "invalid-input",
        "The configuration has its responses judged by a remote model, so the suite has no judge. Add “judge” to judge on this machine.",
      ),
    );
  } else if (evaluationModel === undefined) {
    notes.push(
      new AppError(
        "invalid-input",
        "The configuration names no “evaluation_model”, so the suite has no judge.",
      ),
    );
  }
  const judge = useLocalEvaluator && evaluationModel !== undefined;
  const suite: Suite = {
    version: 1,
    name: "Storybench",
    description: "",
    models: [generationModel],
    settings,
    sequences,
    criteria: [...defaultCriteria],
    scale: { ...defaultScale },
    ...(judge && { judge: { model: evaluationModel, ...defaultJudge } }),
  };
  return { suite, notes, problems: [] };
}

function chosenOf(
  all: readonly Sequence[],
  names: readonly string[] | undefined,
  notes: AppError[],
): Sequence[] {
  if (!names || names.length === 0) {
    return [...all];
  }
  const byName = new Map(all.map((sequence) => [simplified(sequence.name), sequence]));
  const found = namedIn(byName, names, notes);
  return found.length > 0 ? found : [...all];
}

function templatesFor(names: readonly string[] | undefined, notes: AppError[]): Sequence[] {
  notes.push(
    new AppError(
      "invalid-input",
      "The configuration has no prompts; the suite has this extension's sample sequences.",
    ),
  );
  const byName = new Map(
    [...templateOf].flatMap(([name, id]) =>
      sequenceTemplates
        .filter((template) => template.id === id)
        .map(({ sequence }) => [name, sequence] as const),
    ),
  );
  const found = names && names.length > 0 ? namedIn(byName, names, notes) : [];
  return found.length > 0 ? found : [...byName.values()];
}

function namedIn(
  byName: ReadonlyMap<string, Sequence>,
  names: readonly string[],
  notes: AppError[],
): Sequence[] {
  const found = new Set<Sequence>();
  for (const name of names) {
    const sequence = byName.get(simplified(name));
    if (sequence) {
      found.add(sequence);
    } else {
      notes.push(new AppError("invalid-input", "There is no sequence “{0}”; it was left out.", [name]));
    }
  }
  return [...found];
}

function simplified(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}
