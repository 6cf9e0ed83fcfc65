import type { Lockfile, LockedJudge, LockedModel } from "./lockfile";

/** Something that was otherwise when the evaluation was made first. */
export interface EnvironmentDifference {
  /** Id of the model that it concerns; undefined for the whole evaluation. */
  model: string | undefined;
  /** Such as `engineVersion` or `settings.temperature`. */
  name: string;
  /** Undefined where it was not known, or not there. */
  before: string | undefined;
  after: string | undefined;
}

/** A response in the two evaluations; undefined where one has none. */
export interface ResponsePair {
  before: string | undefined;
  after: string | undefined;
}

export type Drift = "identical" | "drifted" | "missing";

type Value = string | number | boolean | undefined;

/** Of the hardware the memory is left out: it has no influence on what is written. */
const hardwareNames = ["processor", "cores", "platform", "arch"] as const;
const modelNames = [
  "revision",
  "engine",
  "engineVersion",
  "architecture",
  "chatTemplateHash",
  "contextLength",
  "sequences",
  "device",
  "gpuLayers",
  "threads",
  "promptThreads",
] as const satisfies readonly (keyof LockedModel)[];

type Compare = (model: string | undefined, name: string, one: Value, other: Value) => void;

/** What differs between the environments of two evaluations. */
export function compareLockfiles(before: Lockfile, after: Lockfile): EnvironmentDifference[] {
  const differences: EnvironmentDifference[] = [];
  const compare: Compare = (model, name, one, other) => {
    const [text, otherText] = [textOf(one), textOf(other)];
    if (text !== otherText) {
      differences.push({ model, name, before: text, after: otherText });
    }
  };
  compare(undefined, "suiteHash", before.suiteHash, after.suiteHash);
  for (const name of namesOf(before.settings, after.settings)) {
    compare(undefined, `settings.${name}`, before.settings[name], after.settings[name]);
  }
  for (const name of hardwareNames) {
    compare(undefined, `hardware.${name}`, before.hardware[name], after.hardware[name]);
  }
  for (const id of new Set([...before.models, ...after.models].map((model) => model.id))) {
    const [one, other] = [before, after].map(({ models }) => models.find((model) => model.id === id));
    if (!one || !other) {
      compare(id, "loaded", Boolean(one), Boolean(other));
      continue;
    }
    compareModels(id, one, other, compare);
  }
  compareJudges(before.judges ?? [], after.judges ?? [], compare);
  return differences;
}

function compareModels(id: string, one: LockedModel, other: LockedModel, compare: Compare): void {
  for (const name of modelNames) {
    compare(id, name, one[name], other[name]);
  }
  for (const file of new Set([...one.files, ...other.files].map((each) => each.path))) {
    const hashIn = ({ files }: LockedModel) => files.find((each) => each.path === file)?.sha256;
    compare(id, `sha256 of ${file}`, hashIn(one), hashIn(other));
  }
}

/** Of judges that only the first evaluation had there is nothing to compare: the second was not judged by them. */
function compareJudges(
  before: readonly LockedJudge[],
  after: readonly LockedJudge[],
  compare: Compare,
): void {
  for (const judge of after) {
    const sameTask = before.filter(({ task }) => task === judge.task);
    const same = sameTask.find(({ id }) => id === judge.id);
    if (!same) {
      const earlier = sameTask.map(({ id }) => id).join(", ");
      compare(undefined, "judge", earlier === "" ? undefined : earlier, judge.id);
      continue;
    }
    const compareJudge: Compare = (id, name, one, other) => compare(id, `judge.${name}`, one, other);
    compareModels(judge.id, same, judge, compareJudge);
    for (const name of namesOf(same.settings, judge.settings)) {
      compareJudge(judge.id, `settings.${name}`, same.settings[name], judge.settings[name]);
    }
    compareJudge(judge.id, "criteriaHash", same.criteriaHash, judge.criteriaHash);
  }
}

/** Whether a response came out the same again. */
export function driftOf({ before, after }: ResponsePair): Drift {
  if (before === undefined || after === undefined) {
    return "missing";
  }
  return before === after ? "identical" : "drifted";
}

function namesOf(...records: object[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}

function textOf(value: Value): string | undefined {
  return value === undefined ? undefined : String(value);
}
