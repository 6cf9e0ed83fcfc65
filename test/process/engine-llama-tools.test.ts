import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { writeScriptedLlama } from "../../bench/lib/scripted-llama";
import type { ChatParams, Tool } from "../../src/protocol/engine";
import { ask, chatTarget, greedy, newDeployments } from "../support/engines";

const weather: Tool = {
  name: "get_weather",
  description: "Weather of a city",
  parameters: { type: "object", properties: { city: { type: "string", description: "Its name" } } },
};
const time: Tool = { name: "get_time", description: "Time of day", parameters: { type: "object" } };

/** The part of a chat template that matters here: tools, calls and results in tags. */
const taggedTemplate = `{%- if tools %}
  {{- '<|im_start|>system\\n# Tools\\n<tools>' }}
  {%- for tool in tools %}{{- "\\n" + (tool | tojson) }}{%- endfor %}
  {{- '\\n</tools><|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
  {%- if message.role == "tool" %}
    {%- if loop.index0 == 0 or messages[loop.index0 - 1].role != "tool" %}{{- '<|im_start|>user' }}{%- endif %}
    {{- '\\n<tool_response>\\n' + message.content + '\\n</tool_response>' }}
    {%- if loop.last or messages[loop.index0 + 1].role != "tool" %}{{- '<|im_end|>\\n' }}{%- endif %}
  {%- elif message.role == "assistant" and message.tool_calls %}
    {{- '<|im_start|>assistant' }}
    {%- if message.content %}{{- '\\n' + message.content }}{%- endif %}
    {%- for tool_call in message.tool_calls %}
      {%- if tool_call.function is defined %}{%- set tool_call = tool_call.function %}{%- endif %}
      {{- '\\n<tool_call>\\n{"name": "' + tool_call.name + '", "arguments": ' }}
      {{- tool_call.arguments | tojson }}
      {{- '}\\n</tool_call>' }}
    {%- endfor %}
    {{- '<|im_end|>\\n' }}
  {%- else %}
    {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
  {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}`;

/**
 * A model whose weights are written by hand says what a trained one might: this tests the way from its
 * tokens to calls and back, not whether a model calls well.
 */
describe("function calling of a deployed chat model", function () {
  this.timeout(120_000);
  const deployments = newDeployments();
  const folder = mkdtempSync(path.join(os.tmpdir(), "local-models-tools-"));

  before(async () => {
    await deployTagged("once", {});
    await deployTagged("endless", { ">": "\n" });
    const file = path.join(folder, "scripted.gguf");
    // After the turn's beginning it says something and calls; its arguments follow the opening parenthesis.
    await writeScriptedLlama(file, {
      "\n": "Let me look. ",
      "Let me look. ": "||call: ",
      "||call: ": "get_weather",
      "(": '{"city": "Paris"}',
    });
    await deployments.deploy(chatTarget(file));
  });
  after(async () => {
    await deployments.dispose();
    rmSync(folder, { recursive: true });
  });

  it("reports a call with its arguments, and the text before it", async () => {
    let streamed = "";
    const result = await deployments.chat("model", withTools([time, weather]), {
      onEvent: (event) => event.type === "text" && (streamed += event.text),
    });
    assert.equal(result.stopReason, "tool-calls");
    assert.deepEqual(result.toolCalls, [{ name: "get_weather", arguments: { city: "Paris" } }]);
    assert.equal(result.text, "Let me look. ");
    assert.equal(streamed, result.text, "the call itself is not text");
  });

  it("lets a model call nothing but the given functions, with arguments of their schemas", async () => {
    const { toolCalls } = await deployments.chat("model", withTools([time]), {});
    assert.deepEqual(toolCalls, [{ name: "get_time", arguments: {} }]);
  });

  it("gives the same text as an answer when there are no functions", async () => {
    const { text, stopReason, toolCalls } = await deployments.chat("model", ask("Weather?"), {});
    assert.equal(text, "Let me look. ||call: get_weather");
    assert.equal(stopReason, "end");
    assert.equal(toolCalls, undefined);
  });

  it("tells the model what came back", async () => {
    // Every character is a token, so the prompt grows by as much as the results differ.
    const lengths: number[] = [];
    for (const result of ["sun", "sun and clouds"]) {
      const { promptTokens } = await deployments.chat("model", answered(result), {});
      lengths.push(promptTokens);
    }
    assert.equal(lengths[1]! - lengths[0]!, "sun and clouds".length - "sun".length);
  });

  it("says when a call was cut off", async () => {
    const params = withTools([weather]);
    const cut = { ...params, sampling: { ...greedy, maxTokens: 3 } };
    const { stopReason, toolCalls } = await deployments.chat("model", cut, {});
    assert.equal(stopReason, "max-tokens");
    assert.deepEqual(toolCalls, []);
  });

  it("follows a template's own syntax, and several calls where it allows them", async () => {
    const call = { name: "get_weather", arguments: { city: "Paris" } };
    const once = await deployments.chat("once", withTools([time, weather]), {});
    assert.deepEqual([once.stopReason, once.toolCalls], ["tool-calls", [call]]);
    const endless = await deployments.chat("endless", withTools([time, weather]), {});
    assert.equal(endless.stopReason, "tool-calls");
    assert.ok(endless.toolCalls!.length > 1, "it may call again");
    for (const one of endless.toolCalls!) {
      assert.deepEqual(one, call);
    }
  });

  it("refuses names that no call could contain, and a schema beside functions", async () => {
    for (const name of ["", "two words", "a\nb"]) {
      await assert.rejects(deployments.chat("model", withTools([{ ...weather, name }]), {}), {
        code: "invalid-input",
      });
    }
    await assert.rejects(deployments.chat("model", withTools([weather, weather]), {}), {
      code: "invalid-input",
    });
    const both = { ...withTools([weather]), responseSchema: { type: "boolean" } };
    await assert.rejects(deployments.chat("model", both, {}), { code: "invalid-input" });
  });

  /** A model that calls in tags, as Qwen's do; `more` says what it writes after the closing one. */
  async function deployTagged(id: string, more: Record<string, string>) {
    const file = path.join(folder, `${id}.gguf`);
    const start = '<tool_call>\n{"name": "';
    const script = { "\n": start, [start]: "get_weather", " ": '{"city": "Paris"}', ...more };
    await writeScriptedLlama(file, script, taggedTemplate);
    await deployments.deploy(chatTarget(file, id));
  }

  function withTools(tools: Tool[]): ChatParams {
    return { ...ask("What is the weather in Paris?"), tools };
  }

  function answered(result: unknown): ChatParams {
    const params = withTools([weather]);
    const call = { name: "get_weather", arguments: { city: "Paris" }, result };
    return { ...params, turns: [...params.turns, { role: "assistant", text: "", toolCalls: [call] }] };
  }
});
