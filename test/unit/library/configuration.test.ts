import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  ConfigurationError,
  configurationText,
  loadFields,
  locationOf,
  parseConfiguration,
  samplingFields,
} from "../../../src/library/configuration";
import type { Sampling } from "../../../src/protocol/engine";

const root = path.resolve(__dirname, "../../..");
const modelId = "org/name/onnx/model_q4.onnx";
const header = '"repo_id": "org/name",\n"subdirectory": "onnx",\n"filename": "model_q4.onnx"';

describe("a model's configuration", () => {
  it("reads back everything that was written", () => {
    const sampling = { ...defaults, seed: 7 };
    const values = { load: { contextLength: 1024, gpuLayers: 12 }, sampling, systemPrompt: "Be “brief”." };
    assert.deepEqual(parse(configurationText(modelId, values)), values);
  });

  it("has a readable text", () => {
    const text = configurationText("org/name/a.gguf", {
      load: { contextLength: 2048, gpuLayers: undefined },
      sampling: { ...defaults, seed: undefined },
      systemPrompt: "",
    });
    assert.deepEqual(JSON.parse(text), {
      repo_id: "org/name",
      filename: "a.gguf",
      subdirectory: null,
      context_length: 2048,
      gpu_layers: null,
      sampling: {
        temperature: 0.7,
        top_p: 0.95,
        top_k: 40,
        min_p: 0.05,
        repeat_penalty: 1,
        max_tokens: 0,
        seed: null,
      },
      system_prompt: "",
    });
    assert.match(text, /^\{\n {2}"repo_id"/);
    const { repo_id: repoId, ...rest } = JSON.parse(
      configurationText("org/name/a.gguf", { load: { contextLength: 512 } }),
    ) as Record<string, unknown>;
    assert.equal(repoId, "org/name");
    assert.deepEqual(rest, { filename: "a.gguf", subdirectory: null, context_length: 512 });
  });

  it("leaves what is left out to the settings, and lets null override a seed", () => {
    const configuration = parse(`{${header}, "sampling": {"top_k": 5, "seed": null}}`);
    assert.deepEqual(configuration, { load: {}, sampling: { topK: 5, seed: undefined } });
    const settings: Sampling = { ...defaults, seed: 3 };
    const merged = { ...settings, ...configuration.sampling };
    assert.deepEqual(merged, { ...defaults, topK: 5, seed: undefined });
  });

  it("accepts keys it does not know, in any order", () => {
    const text = `{"extra": {}, "$schema": "x", "context_length": 256, ${header}}`;
    assert.deepEqual(parse(text), { load: { contextLength: 256 }, sampling: {} });
  });

  it("refuses what makes no sense, naming file and line", () => {
    const cases: [string, number, RegExp][] = [
      ["", 1, /“c\.json” is not valid JSON: see line 1, column 1\./],
      [`{\n${header},\n}`, 5, /not valid JSON: see line 5, column 1/],
      ["[1]", 1, /is an object in braces/],
      [
        `{${header},\n"context_length": 12}`,
        4,
        /“context_length” must be a whole number from 256 to 1048576/,
      ],
      [`{${header},\n"context_length": 512.5}`, 4, /whole number/],
      [`{${header},\n"context_length": "512"}`, 4, /whole number/],
      [`{${header},\n"context_length": null}`, 4, /whole number/],
      [`{${header},\n"gpu_layers": -1}`, 4, /whole number from 0 to 1000/],
      [`{${header},\n"sampling": 1}`, 4, /“sampling” must be an object/],
      [`{${header},\n"sampling": {\n"temperature": 1e999}}`, 5, /“temperature” must be a number from 0 to 2/],
      [`{${header},\n"sampling": {\n\n"seed": true}}`, 6, /“seed” must be a whole number/],
      [`{${header},\n"system_prompt": ["a"]}`, 4, /“system_prompt” must be a text/],
      [
        `{\n"repo_id": "org/other",\n"filename": "model_q4.onnx"}`,
        2,
        /is for “org\/name\/onnx\/model_q4\.onnx”/,
      ],
      [`{"filename": 3}`, 1, /“filename” must be a text/],
      ["{}", 1, /repo_id, subdirectory and filename must name it/],
    ];
    for (const [text, line, message] of cases) {
      assert.throws(
        () => parse(text),
        (error) => {
          assert.ok(error instanceof ConfigurationError, text);
          assert.match(error.message, message);
          assert.match(error.message, new RegExp(`“c\\.json”.*line ${line}\\b`));
          assert.equal(error.position.line, line);
          assert.equal(error.file, "/f/c.json");
          return true;
        },
      );
    }
  });

  it("names the folder inside the repository apart from the file", () => {
    assert.deepEqual(locationOf("o/n/a/b/c.gguf"), {
      repoId: "o/n",
      subdirectory: "a/b",
      fileName: "c.gguf",
    });
    assert.deepEqual(locationOf("o/n/c.gguf"), { repoId: "o/n", subdirectory: "", fileName: "c.gguf" });
  });

  it("has the same fields, ranges and defaults in its schema, its code and the settings", () => {
    const schema = readJson("schemas/model-configuration.schema.json") as Schema;
    const { properties: settings } = (
      readJson("package.json") as { contributes: { configuration: { properties: Record<string, Property> } } }
    ).contributes.configuration;
    const sampling = schema.properties["sampling"]!.properties!;
    const others = ["$schema", "repo_id", "filename", "subdirectory", "sampling", "system_prompt"];
    assert.deepEqual(
      Object.keys(schema.properties).sort(),
      [...others, ...loadFields.map(({ key }) => key)].sort(),
    );
    assert.deepEqual(
      Object.keys(sampling),
      samplingFields.map(({ key }) => key),
    );
    for (const { key, name, least, most, isWhole, mayBeNull } of [...loadFields, ...samplingFields]) {
      const property = sampling[key] ?? schema.properties[key]!;
      const type = isWhole ? "integer" : "number";
      assert.deepEqual(property.type, mayBeNull ? [type, "null"] : type, key);
      assert.deepEqual([property.minimum, property.maximum], [least, most], key);
      assert.ok((property.description ?? "").length > 20, key);
      const setting = settings[`localModels.${key in sampling ? `chat.${name}` : name}`];
      if (setting) {
        assert.deepEqual(property.default, setting.default, key);
        assert.equal(least, setting.minimum, key);
        assert.ok(most <= (setting.maximum ?? Infinity), key);
      }
    }
  });
});

const defaults: Sampling = {
  temperature: 0.7,
  topP: 0.95,
  topK: 40,
  minP: 0.05,
  repeatPenalty: 1,
  maxTokens: 0,
};

interface Property {
  type: unknown;
  minimum?: number;
  maximum?: number;
  default?: unknown;
  description?: string;
  properties?: Record<string, Property>;
}

interface Schema {
  properties: Record<string, Property>;
}

function parse(text: string) {
  return parseConfiguration({ file: "/f/c.json", fileName: "c.json", text }, modelId);
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(path.join(root, file), "utf8"));
}
