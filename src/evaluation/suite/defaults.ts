import type { NumberRange } from "./fields";
import type { Criterion, JudgeSettings, Scale, SuiteSettings } from "./suite";

type FlagSetting = "autoEvaluate" | "reproducible";
type NumberSetting = Exclude<keyof SuiteSettings, FlagSetting>;

export interface SettingField extends NumberRange {
  /** In the file. */
  key: string;
  name: NumberSetting;
  /** `null` in the file is the same as leaving it out. */
  mayBeNull?: true;
}

/** The same rules as `schemas/evaluation-suite.schema.json`, which editors use. */
export const settingFields: readonly SettingField[] = [
  { key: "temperature", name: "temperature", least: 0, most: 2 },
  { key: "max_tokens", name: "maxTokens", least: 0, most: 1_048_576, isWhole: true },
  { key: "num_runs", name: "numRuns", least: 1, most: 1000, isWhole: true },
  { key: "vram_limit_percent", name: "vramLimitPercent", least: 1, most: 100 },
  { key: "seed", name: "seed", least: 0, most: 4_294_967_295, isWhole: true, mayBeNull: true },
  { key: "top_p", name: "topP", least: 0, most: 1 },
  { key: "top_k", name: "topK", least: 0, most: 1000, isWhole: true },
  { key: "min_p", name: "minP", least: 0, most: 1 },
  { key: "repeat_penalty", name: "repeatPenalty", least: 1, most: 2 },
  {
    key: "context_length",
    name: "contextLength",
    least: 256,
    most: 1_048_576,
    isWhole: true,
    mayBeNull: true,
  },
  { key: "parallel", name: "parallel", least: 1, most: 1000, isWhole: true, mayBeNull: true },
];

/** Settings that are true or false. */
export const flagFields: readonly { key: string; name: FlagSetting; mayBeNull?: true }[] = [
  { key: "auto_evaluate", name: "autoEvaluate" },
  { key: "reproducible", name: "reproducible", mayBeNull: true },
];

/** Fixed rather than taken from the settings, so that a suite means the same on every machine. */
export const defaultSettings: SuiteSettings = {
  temperature: 1,
  maxTokens: 8192,
  numRuns: 3,
  vramLimitPercent: 80,
  autoEvaluate: true,
  topP: 0.95,
  topK: 40,
  minP: 0.05,
  repeatPenalty: 1,
};

export const defaultJudge: Omit<JudgeSettings, "model"> = { temperature: 0.3, per: "response", repeats: 1 };
export const judgeChoices: readonly JudgeSettings["per"][] = ["response", "sequence"];
export const judgeRanges = {
  temperature: { least: 0, most: 2 },
  repeats: { least: 1, most: 20, isWhole: true },
} as const satisfies Record<string, NumberRange>;

export const defaultScale: Scale = { min: 1, max: 5 };
export const scaleRange = { least: 0, most: 100, isWhole: true } as const satisfies NumberRange;

export const defaultCriteria: readonly Criterion[] = [
  {
    name: "Creativity",
    description:
      "How new the ideas are. Low: stock situations and turns that anybody would expect. High: a premise, a detail or a turn that surprises and then seems inevitable.",
  },
  {
    name: "Coherence",
    description:
      "How well it holds together. Low: contradicts itself or what came before, or loses its thread. High: every part follows from the others, and nothing needed is missing.",
  },
  {
    name: "Character depth",
    description:
      "How alive the people are. Low: types without wishes of their own. High: people with conflicting wants and a past, who act as only they would.",
  },
  {
    name: "Dialogue",
    description:
      "How people speak. Low: everybody sounds alike and explains the plot. High: each voice can be told from the others, and what is left unsaid counts.",
  },
  {
    name: "Visual imagination",
    description:
      "What one sees. Low: vague or worn images. High: exact pictures of places, light and movement that stay in the mind and carry meaning.",
  },
  {
    name: "Conceptual depth",
    description:
      "What it thinks about. Low: no theme, or one that is only announced. High: a question that matters, seen from more than one side and worked out in the story itself.",
  },
  {
    name: "Adaptability",
    description:
      "How well it does what was asked. Low: ignores form, length or conditions of the prompt. High: meets every condition and uses it to become better.",
  },
];
