import { type ChatWrapper, jsonDumps, LlamaText, type Token } from "node-llama-cpp";
import { AppError } from "../../common/errors";
import type { ChatResult, StopReason, Tool, ToolCall } from "../../protocol/engine";
import type { ChatEngine } from "./answer";
import { type GenerateRequest, withSequence, type WrittenAnswer, type Writer } from "./generate";
import { createChoiceGrammar, createSchemaGrammar, grammarEnd } from "./structured-output";
import { TextOutput } from "./text-output";

/** A model that keeps calling is stopped here. */
const mostCalls = 16;

type CallSyntax = ChatWrapper["settings"]["functions"];

/**
 * Lets the model write freely until it begins a call in its own template's syntax; the function's name and
 * its arguments are then drawn under a grammar, so that every reported call is one of the tools with
 * arguments of its schema.
 */
export function answerWithTools(
  engine: ChatEngine,
  request: GenerateRequest,
  contextText: LlamaText,
  tools: readonly Tool[],
): Promise<ChatResult> {
  checkNames(tools);
  const syntax = engine.renderer.callSyntax;
  return withSequence(engine, request, (writer) =>
    new ToolAnswer(engine, request, writer, syntax, tools).write(contextText),
  );
}

class ToolAnswer {
  readonly #engine: ChatEngine;
  readonly #request: GenerateRequest;
  readonly #writer: Writer;
  readonly #syntax: CallSyntax;
  readonly #tools: readonly Tool[];

  constructor(
    engine: ChatEngine,
    request: GenerateRequest,
    writer: Writer,
    syntax: CallSyntax,
    tools: readonly Tool[],
  ) {
    this.#engine = engine;
    this.#request = request;
    this.#writer = writer;
    this.#syntax = syntax;
    this.#tools = tools;
  }

  async write(contextText: LlamaText): Promise<WrittenAnswer> {
    const { prompt, emit } = this.#request;
    const opening = this.#newOutput([...prompt.stopTexts], this.#callStarts(), (text) =>
      emit({ type: "text", text }),
    );
    const stopReason = await this.#writer.write({
      tokens: prompt.tokens,
      stopTokens: prompt.stopTokens,
      output: opening.output,
    });
    const text = opening.output.text;
    if (stopReason !== "end" || !opening.beganCall()) {
      return { text, stopReason };
    }
    return { text, ...(await this.#writeCalls(LlamaText([contextText, text]))) };
  }

  async #writeCalls(before: LlamaText): Promise<{ toolCalls: ToolCall[]; stopReason: StopReason }> {
    const toolCalls: ToolCall[] = [];
    let context = LlamaText([before, this.#syntax.parallelism?.call.sectionPrefix ?? ""]);
    for (;;) {
      const call = await this.#writeCall(context);
      if ("stopReason" in call) {
        return { toolCalls, stopReason: call.stopReason };
      }
      toolCalls.push(call.toolCall);
      context = call.after;
      const { parallelism } = this.#syntax;
      if (!parallelism || toolCalls.length >= mostCalls || !(await this.#beginsAnother(context))) {
        return { toolCalls, stopReason: "tool-calls" };
      }
      context = LlamaText([context, parallelism.call.betweenCalls ?? ""]);
    }
  }

  async #writeCall(
    before: LlamaText,
  ): Promise<{ toolCall: ToolCall; after: LlamaText } | { stopReason: StopReason }> {
    const { llama, model } = this.#engine;
    const { prefix, paramsPrefix, suffix } = this.#syntax.call;
    let context = LlamaText([before, prefix]);
    // A name ends with what the template writes after it, or a longer name would be preferred to it.
    const ends = this.#tools.map(({ name }) => asText(named(paramsPrefix, name)) || "\n");
    const choices = this.#tools.map(({ name }, index) => name + (ends[index] ?? ""));
    const name = await this.#draw(context, ends, () => createChoiceGrammar(llama, model, choices));
    const tool = this.#tools.find((one) => one.name === name.text);
    if (name.stopReason !== "end" || !tool) {
      return name;
    }
    context = LlamaText([context, tool.name, named(paramsPrefix, tool.name)]);
    const its = await this.#draw(context, [grammarEnd], () =>
      createSchemaGrammar(llama, model, { type: "object", ...tool.parameters }),
    );
    if (its.stopReason !== "end") {
      return its;
    }
    const parsed: unknown = JSON.parse(its.text);
    const after = LlamaText([context, jsonDumps(parsed), named(suffix, tool.name)]);
    return { toolCall: { name: tool.name, arguments: parsed }, after };
  }

  /** Whether the model goes on with another call, rather than ending its turn or writing text. */
  async #beginsAnother(context: LlamaText): Promise<boolean> {
    const { stopTexts, stopTokens } = this.#request.prompt;
    const next = this.#newOutput([...stopTexts], this.#callStarts(), () => {});
    const stopReason = await this.#writer.write({
      tokens: this.#tokenize(context),
      stopTokens,
      output: next.output,
      isEnough: () => next.output.text.trim().length > 0,
    });
    return stopReason === "end" && next.beganCall();
  }

  async #draw(
    context: LlamaText,
    stopTexts: readonly string[],
    createGrammar: () => ReturnType<typeof createChoiceGrammar>,
  ): Promise<{ text: string; stopReason: StopReason }> {
    const output = new TextOutput(this.#engine.model, {
      stopTexts,
      showControlTokens: true,
      emit: () => {},
    });
    const stopReason = await this.#writer.write({
      tokens: this.#tokenize(context),
      output,
      grammar: await createGrammar(),
    });
    return { text: output.text, stopReason };
  }

  #newOutput(stopTexts: string[], callStarts: string[], emit: (text: string) => void) {
    const output = new TextOutput(this.#engine.model, {
      stopTexts: [...stopTexts, ...callStarts],
      // A call may begin with a control token.
      showControlTokens: true,
      emit,
    });
    return { output, beganCall: () => callStarts.includes(output.stopText ?? "") };
  }

  /** Texts that begin a call. */
  #callStarts(): string[] {
    const { call, parallelism } = this.#syntax;
    const section = asText(parallelism?.call.sectionPrefix ?? "");
    const starts =
      section.length > 0
        ? [section, ...(parallelism?.call.sectionPrefixAlternateMatches ?? []).map(asText)]
        : [call.prefix, ...(call.prefixAlternateMatches ?? [])].map(asText);
    return starts.filter((start) => start.length > 0);
  }

  #tokenize(text: LlamaText): Token[] {
    return text.tokenize(this.#engine.model.tokenizer);
  }
}

function checkNames(tools: readonly Tool[]): void {
  const names = new Set<string>();
  for (const { name } of tools) {
    if (!/^[\w.-]{1,64}$/.test(name) || names.has(name)) {
      throw new AppError(
        "invalid-input",
        "“{0}” cannot name a tool. Use letters, digits, “_”, “-” and “.”, and each name once.",
        [name],
      );
    }
    names.add(name);
  }
}

/** Templates may repeat the function's name around its arguments. */
function named(text: string | LlamaText, name: string): LlamaText {
  return LlamaText(text).mapValues((value) =>
    typeof value === "string" ? value.replaceAll("{{functionName}}", name) : value,
  );
}

function asText(text: string | LlamaText): string {
  return LlamaText(text).toString();
}
