import assert from "node:assert/strict";
import {
  type EvaluationConfiguration,
  evaluationConfigurationText,
  parseEvaluationConfiguration,
} from "../../../src/evaluation/configuration/evaluation-configuration";
import { importStorybench } from "../../../src/evaluation/configuration/storybench";
import { defaultSettings } from "../../../src/evaluation/suite/defaults";
import { suiteText } from "../../../src/evaluation/suite/suite-text";
import { parseJsonSuite, shown } from "./suite-samples";

const file = "/workspace/local_models.json";
const generation = { repo_id: "org/writer-GGUF", filename: "writer.Q4_K_M.gguf", subdirectory: "" };
const evaluation = { repo_id: "org/judge-GGUF", filename: "judge.gguf", subdirectory: "8bit" };
const settings = {
  temperature: 0.9,
  max_tokens: 100,
  num_runs: 2,
  vram_limit_percent: 70,
  auto_evaluate: false,
};

function configuration(members: object): string {
  return JSON.stringify({ generation_model: generation, ...members });
}

describe("a saved evaluation configuration", () => {
  it("is read back as it was written", () => {
    const written: EvaluationConfiguration = {
      generationModel: "org/writer-GGUF/sub/folder/writer.gguf",
      evaluationModel: "org/judge-GGUF/judge.gguf",
      useLocalEvaluator: true,
      settings: { ...defaultSettings, seed: 7, temperature: 0.2, reproducible: false, parallel: 2 },
      sequences: ["A", "B"],
    };
    const text = evaluationConfigurationText(written);
    assert.deepEqual(parseEvaluationConfiguration(file, text), {
      configuration: written,
      problems: [],
      ignored: [],
    });
    const json = JSON.parse(text) as Record<string, unknown>;
    assert.deepEqual(json["generation_model"], {
      repo_id: "org/writer-GGUF",
      filename: "writer.gguf",
      subdirectory: "sub/folder",
    });
    assert.equal(json["use_local_evaluator"], true);
    const { parallel, reproducible } = json["settings"] as Record<string, unknown>;
    assert.deepEqual([parallel, reproducible], [2, false]);
  });

  it("has defaults, and names what it does not know", () => {
    const text = configuration({
      extra: {},
      settings: { threads: 4, seed: null, reproducible: null },
      evaluation_model: null,
    });
    assert.deepEqual(parseEvaluationConfiguration(file, text), {
      configuration: {
        generationModel: "org/writer-GGUF/writer.Q4_K_M.gguf",
        useLocalEvaluator: false,
        settings: defaultSettings,
      },
      problems: [],
      ignored: ["extra", "settings.threads"],
    });
  });

  it("says where it is wrong", () => {
    const cases: [string, RegExp][] = [
      ["{}", /^1:1 “generation_model” is missing\.$/],
      ['{"generation_model": {}}', /1:22 “repo_id” is missing\.\n1:22 “filename” is missing/],
      [configuration({ generation_model: { ...generation, filename: "../x" } }), /do not name a file/],
      [configuration({ generation_model: { ...generation, repo_id: "x" } }), /do not name a file/],
      [configuration({ settings: { num_runs: 0 } }), /“num_runs” must be a whole number from 1 to 1000/],
      [configuration({ settings: { parallel: 0 } }), /“parallel” must be a whole number from 1 to 1000/],
      [configuration({ settings: { reproducible: 1 } }), /“reproducible” must be true or false/],
      [configuration({ use_local_evaluator: "yes" }), /must be true or false/],
      ["{", /1:2 Not valid JSON: here belongs a key/],
      ["[]", /“configuration” must be an object/],
    ];
    for (const [text, expected] of cases) {
      const { configuration: read, problems } = parseEvaluationConfiguration(file, text);
      assert.equal(read, undefined, text);
      assert.match(problems.map(shown).join("\n"), expected);
    }
  });
});

describe("a configuration of storybench", () => {
  const promptsFile = "/workspace/prompts.json";
  const prompts = JSON.stringify({
    FilmNarrative: [{ name: "Concept", text: "Invent a film." }],
    CrossGenre: [
      { name: "Idea", text: "Mix genres.", id: 3 },
      { name: "Dialogue", text: "Only dialogue." },
    ],
  });

  function imported(text: string, promptText?: string) {
    const result = importStorybench(
      { file, text },
      promptText === undefined ? undefined : { file: promptsFile, text: promptText },
    );
    assert.deepEqual(result.problems.map(shown), []);
    assert.ok(result.suite);
    assert.deepEqual(parseJsonSuite(suiteText(result.suite)).problems.map(shown), []);
    return { suite: result.suite, notes: result.notes.map(({ message }) => message) };
  }

  it("becomes a suite with its models, settings and prompts", () => {
    const text = configuration({ evaluation_model: evaluation, use_local_evaluator: true, settings });
    const { suite, notes } = imported(text, prompts);
    assert.deepEqual(notes, []);
    assert.deepEqual(suite.models, ["org/writer-GGUF/writer.Q4_K_M.gguf"]);
    assert.equal(suite.judge?.model, "org/judge-GGUF/8bit/judge.gguf");
    assert.deepEqual(
      [
        suite.settings.temperature,
        suite.settings.maxTokens,
        suite.settings.numRuns,
        suite.settings.autoEvaluate,
      ],
      [0.9, 100, 2, false],
    );
    assert.deepEqual(
      suite.sequences.map(({ name, prompts: own }) => [name, own.map((prompt) => prompt.text)]),
      [
        ["FilmNarrative", ["Invent a film."]],
        ["CrossGenre", ["Mix genres.", "Only dialogue."]],
      ],
    );
    assert.equal(suite.criteria.length, 7);
  });

  it("takes the sequences that it names, and the sample ones without prompts", () => {
    const text = configuration({ sequences: ["CrossGenre", "Gone"], use_local_evaluator: true });
    const { suite, notes } = imported(text, prompts);
    assert.deepEqual(
      suite.sequences.map(({ name }) => name),
      ["CrossGenre"],
    );
    assert.deepEqual(notes, [
      "There is no sequence “Gone”; it was left out.",
      "The configuration names no “evaluation_model”, so the suite has no judge.",
    ]);
    const without = imported(text);
    assert.deepEqual(
      without.suite.sequences.map(({ name }) => name),
      ["Cross-genre"],
    );
    assert.match(without.notes[0]!, /sample sequences/);
    assert.equal(imported(configuration({})).suite.sequences.length, 5);
  });

  it("says what was not taken over", () => {
    const { suite, notes } = imported(
      configuration({ evaluation_model: evaluation, n_gpu_layers: 0 }),
      prompts,
    );
    assert.equal(suite.judge, undefined);
    assert.match(notes.join("\n"), /“n_gpu_layers” has no meaning here.*\n.*judged by a remote model/);
  });

  it("is refused with the place where it is wrong", () => {
    const result = importStorybench(
      { file, text: "{}" },
      { file: promptsFile, text: '{"A": [], "B": [{"name": "x"}], "B": [{"name": "x", "text": "y"}]}' },
    );
    assert.equal(result.suite, undefined);
    assert.deepEqual(
      result.problems.map((problem) => `${problem.file} ${shown(problem)}`),
      [
        "/workspace/local_models.json 1:1 “generation_model” is missing.",
        "/workspace/prompts.json 1:7 “A” must not be empty.",
        "/workspace/prompts.json 1:33 “B” is already set above.",
      ],
    );
  });
});
