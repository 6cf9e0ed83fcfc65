import { sequenceTemplates } from "../../src/evaluation/templates/templates";
import { defaultCriteria, defaultScale, defaultSettings } from "../../src/evaluation/suite/defaults";
import type { Suite } from "../../src/evaluation/suite/suite";
import type {
  NewCheckResult,
  NewComparison,
  NewResponse,
  NewScore,
  Preference,
} from "../../src/protocol/store-evaluations";
import type { RunnerOptions } from "../../src/evaluation/run/run-options";

type SampleStore = RunnerOptions["store"];

export const sampleOwner = "window";
export const sampleTime = Date.UTC(2026, 4, 12, 9, 30);
const usualJudge = "org/judge/judge-q8_0.gguf";

export interface SampleOptions {
  id: string;
  name?: string;
  models?: { id: string; name: string }[];
  runs?: number;
  createdAt?: number;
  /** In place of the templates: one sequence of so many prompts. */
  prompts?: number;
  /** Ends here, as if it had been interrupted. */
  mostResponses?: number;
  isJudged?: boolean;
  judge?: string;
  /** Of all scores, by model. */
  meanScores?: number[];
}

const twoModels = [
  { id: "org/demo/demo-chat-plus-f16.gguf", name: "Demo Chat Plus F16" },
  { id: "org/demo/demo-chat-plus-q4_0.gguf", name: "Demo Chat Plus Q4_0" },
];

/** Responses, checks, scores and comparisons as an evaluation leaves them; the same ones every time. */
export async function storeSample(store: SampleStore, options: SampleOptions): Promise<void> {
  const { id, name = "Five kinds of stories", models = twoModels, runs = 2, prompts } = options;
  const { createdAt = sampleTime, mostResponses = Infinity, isJudged = true, judge = usualJudge } = options;
  const suite = sampleSuite(
    name,
    models.map((model) => model.id),
    runs,
    prompts,
  );
  const random = randomNumbers(id.length + models.length);
  const perModel = suite.sequences.reduce((sum, { prompts: its }) => sum + its.length, 0) * runs;
  await store.request("createEvaluation", {
    evaluation: {
      id,
      name,
      suiteFile: `/workspace/${name}.eval.json`,
      suite: JSON.stringify(suite),
      configHash: `${name} ${models.length}`,
      models,
      settings: { temperature: 1, maxTokens: 8192, numRuns: runs, seed: 42, reproducible: false },
      totalResponses: models.length * perModel,
      owner: sampleOwner,
      createdAt,
    },
  });
  await store.request("claimEvaluation", {
    evaluationId: id,
    owner: sampleOwner,
    retryFailed: false,
    at: createdAt + 50,
  });
  const responses = models
    .flatMap((model, index) => responsesOf(suite, model, index, runs, createdAt, random))
    .slice(0, mostResponses);
  const ids: number[] = [];
  for (let start = 0; start < responses.length; start += 500) {
    const { responseIds } = await store.request("recordResponses", {
      evaluationId: id,
      owner: sampleOwner,
      responses: responses.slice(start, start + 500),
      log: [],
    });
    ids.push(...responseIds);
  }
  if (isJudged) {
    const means = options.meanScores ?? [3.9, 3.2, 2.6];
    const scores = responses.flatMap(({ response }, index) =>
      response.status === "ok"
        ? scoresOf(judge, ids[index]!, means[response.model] ?? 3, createdAt, random)
        : [],
    );
    await store.request("recordScores", { evaluationId: id, owner: sampleOwner, scores, log: [] });
    const comparisons = comparisonsOf(judge, responses, ids, createdAt, random);
    await store.request("recordComparisons", { evaluationId: id, owner: sampleOwner, comparisons, log: [] });
  }
  const isDone = responses.length === models.length * perModel;
  const hasErrors = responses.some(({ response }) => response.status !== "ok");
  await store.request("updateEvaluation", {
    evaluationId: id,
    owner: sampleOwner,
    change: {
      status: isDone ? (hasErrors ? "completed-with-errors" : "completed") : "interrupted",
      endedAt: createdAt + 754_000,
      lockfile: "{}",
    },
  });
}

function sampleSuite(name: string, models: string[], runs: number, prompts: number | undefined): Suite {
  return {
    version: 1,
    name,
    description: "Three steps of one piece of creative work, each built on the one before.",
    models,
    settings: { ...defaultSettings, numRuns: runs, seed: 42 },
    sequences:
      prompts === undefined
        ? sequenceTemplates.map(({ sequence }) => sequence)
        : [
            {
              name: "Many",
              systemPrompt: "",
              independent: true,
              prompts: Array.from({ length: prompts }, (_, index) => ({
                name: `Question ${index + 1}`,
                text: `What is ${index} + 1?`,
                checks: [],
              })),
            },
          ],
    criteria: [...defaultCriteria],
    scale: defaultScale,
  };
}

interface Recorded {
  response: NewResponse;
  checks: NewCheckResult[];
}

function responsesOf(
  { sequences }: Suite,
  model: { id: string; name: string },
  modelIndex: number,
  runs: number,
  createdAt: number,
  random: () => number,
): Recorded[] {
  return sequences.flatMap((sequence, sequenceIndex) =>
    Array.from({ length: runs }, (_, index) => index + 1).flatMap((run) =>
      sequence.prompts.map((prompt, promptIndex): Recorded => {
        const key = { model: modelIndex, sequence: sequenceIndex, run, prompt: promptIndex };
        const isFailed = modelIndex === 1 && sequenceIndex === 1 && run === 2 && promptIndex === 2;
        const text = isFailed ? "" : sampleText(prompt.name, modelIndex, random);
        const tokens = Math.round(text.length / 4.2);
        const speed = (modelIndex === 0 ? 21 : 34) * (0.9 + random() * 0.2);
        const firstToken = (modelIndex === 0 ? 900 : 520) * (0.8 + random() * 0.4);
        return {
          response: {
            ...key,
            modelId: model.id,
            sequenceName: sequence.name,
            promptName: prompt.name,
            promptText: prompt.text,
            text,
            status: isFailed ? "failed" : "ok",
            ...(isFailed
              ? { errorCode: "prompt-too-long", error: "The conversation does not fit into the context." }
              : {
                  stopReason: "end" as const,
                  promptTokens: 120 + promptIndex * 400,
                  generatedTokens: tokens,
                  generationMs: firstToken + (tokens / speed) * 1000,
                  timeToFirstTokenMs: firstToken,
                  tokensPerSecond: speed,
                }),
            seed: 42 + run,
            createdAt: createdAt + 1000 * (modelIndex * 100 + sequenceIndex * 10 + run),
          },
          checks: isFailed ? [] : checksOf(text, random() < (modelIndex === 0 ? 0.9 : 0.6)),
        };
      }),
    ),
  );
}

function sampleText(promptName: string, model: number, random: () => number): string {
  const places = ["the ferry landing", "the old pump house", "a laundry at the border", "the salt works"];
  const place = places[Math.floor(random() * places.length)] ?? "";
  return [
    `## ${promptName}`,
    "",
    `It begins at **${place}**, on a morning on which nobody expects anything. ${model === 0 ? "Mara" : "Mira"} has promised her brother something that she cannot keep, and everybody in town can *hear* it: since spring, promises make a sound.`,
    "",
    "- What she wants: to leave before the water comes.",
    `- What she hides: ${model === 0 ? "the letter from the ministry" : "that she has already left once"}.`,
    "",
    random() < 0.5
      ? "Nobody rescues anybody. The last picture is the empty counter, and the bell that still swings."
      : "At the end the counter is empty, and the bell still swings. Whoever has read the outline knows who rang it.",
  ].join("\n");
}

function checksOf(text: string, passes: boolean): NewCheckResult[] {
  return [
    {
      kind: "contains",
      expectation: '{"kind":"contains","text":"bell","ignoreCase":true}',
      expected: "contains “bell”",
      actual: undefined,
      passed: text.includes("bell"),
      message: undefined,
    },
    {
      kind: "regex",
      expectation: '{"kind":"regex","pattern":"title","ignoreCase":true}',
      expected: "matches /title/i",
      actual: passes ? undefined : text.slice(0, 60),
      passed: passes,
      message: passes ? undefined : "The response does not match /title/i.",
    },
  ];
}

function scoresOf(
  judge: string,
  responseId: number,
  meanScore: number,
  createdAt: number,
  random: () => number,
): NewScore[] {
  return defaultCriteria.flatMap(({ name }, criterion) =>
    [1, 2].map((repeat): NewScore => {
      const score = Math.max(
        1,
        Math.min(5, Math.round(meanScore + (criterion % 3) * 0.4 - 0.4 + random() * 1.6 - 0.8)),
      );
      return {
        responseId,
        scope: "response",
        judge,
        criterion: name,
        repeat,
        score,
        scaleMin: 1,
        scaleMax: 5,
        justification: `The sound of promises carries the scene, but ${name.toLowerCase()} stays ${score > 3 ? "strong" : "thin"} where the brother speaks.`,
        rawOutput: `{"score":${score}}`,
        error: undefined,
        createdAt,
      };
    }),
  );
}

/** Of the first two models, each pair in both orders. */
function comparisonsOf(
  judge: string,
  responses: readonly Recorded[],
  ids: readonly number[],
  createdAt: number,
  random: () => number,
): NewComparison[] {
  const keyOf = ({ sequence, run, prompt }: NewResponse) => `${sequence} ${run} ${prompt}`;
  const ok = responses.flatMap(({ response }, index) =>
    response.status === "ok" ? [{ response, id: ids[index]! }] : [],
  );
  const seconds = new Map(
    ok.filter(({ response }) => response.model === 1).map(({ response, id }) => [keyOf(response), id]),
  );
  return ok
    .filter(({ response }) => response.model === 0)
    .flatMap(({ response, id }) => {
      const secondId = seconds.get(keyOf(response));
      return secondId === undefined ? [] : [false, true].map((isSwapped) => ({ id, secondId, isSwapped }));
    })
    .map(({ id, secondId, isSwapped }): NewComparison => {
      const preferences: Preference[] = ["first", "first", "second", "tie"];
      return {
        firstId: id,
        secondId,
        judge,
        criterion: "Coherence",
        isSwapped,
        preference: preferences[Math.floor(random() * preferences.length)],
        justification: "It keeps its thread.",
        rawOutput: "{}",
        error: undefined,
        createdAt,
      };
    });
}

/** A linear congruential generator (Numerical Recipes); good enough to vary samples. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
