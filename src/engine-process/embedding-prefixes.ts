/** What is put before a text by what its vector is for. */
export interface EmbeddingPrefixes {
  /** A question or search text. */
  query: string;
  /** What is searched. */
  document: string;
}

export const noPrefixes: EmbeddingPrefixes = { query: "", document: "" };

const searchInstruction = "Represent this sentence for searching relevant passages: ";
const webSearchInstruction =
  "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:";

/** Families by their names on the hub, with what their model cards prescribe; the first that fits counts. */
const families: readonly (readonly [RegExp, EmbeddingPrefixes])[] = [
  [/e5-.*instruct|gte-qwen\d*(?:\.\d+)?-.*instruct/, { query: `${webSearchInstruction} `, document: "" }],
  [/(?:^|[-_/])e5-|deepset-mxbai/, { query: "query: ", document: "passage: " }],
  [/nomic-embed-text|modernbert-embed/, { query: "search_query: ", document: "search_document: " }],
  [/nomic-embed-code/, { query: "Represent this query for searching relevant code: ", document: "" }],
  [/qwen3-embedding/, { query: webSearchInstruction, document: "" }],
  [/embedding-?gemma/, { query: "task: search result | query: ", document: "title: none | text: " }],
  [/bge-(?:small|base|large)-zh/, { query: "为这个句子生成表示以用于检索相关文章：", document: "" }],
  [/bge-(?:small|base|large)-en/, { query: searchInstruction, document: "" }],
  [/arctic-embed-[a-z]+-v2/, { query: "query: ", document: "" }],
  [/arctic-embed|mxbai-embed|uae-large/, { query: searchInstruction, document: "" }],
];

/** By the name of a model: its repository, its file, or the path of either. */
export function prefixesOfFamily(name: string): EmbeddingPrefixes {
  const comparable = name.toLowerCase().replaceAll("\\", "/");
  return families.find(([pattern]) => pattern.test(comparable))?.[1] ?? noPrefixes;
}

/** Names of prompts, in lower case. */
const queryNames = ["query", "retrieval-query", "searchquery", "web_search_query", "s2p_query"];
const documentNames = ["document", "retrieval-document", "passage", "corpus"];

/**
 * What a model's own `config_sentence_transformers.json` prescribes: its `prompts` by name, where
 * `default_prompt_name` counts for whatever has none of its own. Undefined when it prescribes nothing; Sentence
 * Transformers writes empty prompts for every model.
 */
export function prefixesOfPrompts(settings: unknown): EmbeddingPrefixes | undefined {
  const { prompts, default_prompt_name: defaultName } = fields(settings);
  const named = new Map(
    Object.entries(fields(prompts)).map(([name, prompt]) => [name.toLowerCase(), prompt]),
  );
  const promptOf = (names: readonly string[]) =>
    [...names, ...(typeof defaultName === "string" ? [defaultName.toLowerCase()] : [])]
      .map((name) => named.get(name))
      .find((prompt): prompt is string => typeof prompt === "string");
  const prefixes = { query: promptOf(queryNames) ?? "", document: promptOf(documentNames) ?? "" };
  return prefixes.query === "" && prefixes.document === "" ? undefined : prefixes;
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
