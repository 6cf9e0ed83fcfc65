import {
  type GbnfJsonSchema,
  type Llama,
  LlamaGrammarEvaluationState,
  type LlamaModel,
} from "node-llama-cpp";
import { AppError } from "../../common/errors";
import type { JsonSchema } from "../../protocol/engine";
import { toGrammarSchema } from "./grammar-schema";

/** What the library's JSON grammars end with: a model may end its turn only after it. */
export const grammarEnd = "\n\n\n\n";

/** Lets a model write nothing but JSON of the schema, followed by `grammarEnd`. */
export async function createSchemaGrammar(
  llama: Llama,
  model: LlamaModel,
  schema: JsonSchema,
): Promise<LlamaGrammarEvaluationState> {
  const rewritten = toGrammarSchema(schema);
  try {
    const grammar = await llama.createGrammarForJsonSchema<GbnfJsonSchema>(rewritten);
    return new LlamaGrammarEvaluationState({ model, grammar });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new AppError("invalid-input", "The schema cannot be made into a grammar: {0}", [message]);
  }
}

/** Lets a model write one of the texts and nothing else. */
export async function createChoiceGrammar(
  llama: Llama,
  model: LlamaModel,
  texts: readonly string[],
): Promise<LlamaGrammarEvaluationState> {
  // GBNF strings are escaped as JSON strings are, see llama.cpp's grammars/README.md.
  const alternatives = texts.map((text) => JSON.stringify(text)).join(" | ");
  const grammar = await llama.createGrammar({ grammar: `root ::= ${alternatives}` });
  return new LlamaGrammarEvaluationState({ model, grammar });
}
