import { isRecord } from "../common/is-record";
import type { ModelKind, RepoId } from "./model";

/** Everything that may tell what a model is for; each part may be missing. */
export interface KindHints {
  repoId: RepoId;
  primaryFile: string;
  /** The hub's task, also found in a model card's front matter. */
  pipelineTag?: string | undefined;
  tags?: readonly string[] | undefined;
  library?: string | undefined;
  /** From `config.json`. */
  modelType?: string | undefined;
  architectures?: readonly string[] | undefined;
}

/** Hugging Face's task names (https://huggingface.co/tasks) that one of our kinds serves. */
const kindOfTask: Readonly<Record<string, ModelKind>> = {
  "text-generation": "chat",
  "text2text-generation": "chat",
  conversational: "chat",
  "feature-extraction": "embedding",
  "sentence-similarity": "embedding",
  "zero-shot-image-classification": "image-text",
  "image-to-text": "caption",
  "automatic-speech-recognition": "speech",
  "text-ranking": "reranking",
};

/** Vision-language models answer in text; a GGUF of one chats without its projector. */
const chatTasksOfGguf = new Set(["image-text-to-text", "any-to-any", "audio-text-to-text"]);

const kindOfArchitecture: readonly (readonly [RegExp, ModelKind])[] = [
  [/reranker|ForSequenceClassification$/i, "reranking"],
  [/^(?:clip|siglip2?|chinese_clip|jina_clip)(?:$|_)|^(?:CLIP|Siglip2?)Model$/i, "image-text"],
  [/^vision-encoder-decoder$|^florence2$|^VisionEncoderDecoderModel$/i, "caption"],
  [/^(?:whisper|moonshine|wav2vec2|hubert)$|^Whisper/i, "speech"],
  [/ForCausalLM$|LMHeadModel$|ForConditionalGeneration$/, "chat"],
  [/^(?:bert|nomic_bert|roberta|xlm-roberta|mpnet|distilbert|modernbert|new|gte|jina_bert)$/i, "embedding"],
];

const rerankingName = /(?:^|[-_./])(?:re-?rank(?:er|ing)?|cross-encoder|ms-marco-)/i;
const embeddingName =
  /(?:^|[-_./])(?:embed(?:ding|dings|der)?|embeddinggemma|bge|e5|gte|minilm|mpnet|bert|nomic-bert|arctic-embed|sentence)(?=$|[-_./\d])/i;

/**
 * What a model is for. A name that says reranker or embedding wins over the hub's task, because many
 * conversions carry the task of the language model they were made from.
 */
export function kindOf(hints: KindHints): ModelKind {
  const names = [hints.repoId.slice(hints.repoId.indexOf("/") + 1), hints.primaryFile];
  const isGguf = /\.gguf$/i.test(hints.primaryFile);
  if (names.some((name) => rerankingName.test(name)) || kindOfTask[hints.pipelineTag ?? ""] === "reranking") {
    return "reranking";
  }
  if (names.some((name) => embeddingName.test(name)) || isSentenceModel(hints)) {
    return "embedding";
  }
  const task = hints.pipelineTag;
  if (task !== undefined) {
    return (
      kindOfTask[task] ?? (chatTasksOfGguf.has(task) ? kindOfVisionModel(hints, names, isGguf) : "other")
    );
  }
  return kindOfConfig(hints) ?? kindOfTags(hints.tags ?? []) ?? (isGguf ? "chat" : "other");
}

/** Vision-language models: as GGUF they chat, and Florence-2 describes pictures. */
function kindOfVisionModel(hints: KindHints, names: readonly string[], isGguf: boolean): ModelKind {
  if (isGguf) {
    return "chat";
  }
  const isCaptioner = kindOfConfig(hints) === "caption" || names.some((name) => /florence-?2/i.test(name));
  return isCaptioner ? "caption" : "other";
}

function isSentenceModel(hints: KindHints): boolean {
  return hints.library === "sentence-transformers" || hints.tags?.includes("sentence-transformers") === true;
}

function kindOfConfig(hints: KindHints): ModelKind | undefined {
  const names = [...(hints.architectures ?? []), ...(hints.modelType === undefined ? [] : [hints.modelType])];
  return kindOfArchitecture.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1];
}

function kindOfTags(tags: readonly string[]): ModelKind | undefined {
  return tags.map((tag) => kindOfTask[tag]).find((kind) => kind !== undefined);
}

/** What a `config.json` tells; nothing when it is not one. */
export function hintsOfConfig(config: unknown): Pick<KindHints, "modelType" | "architectures"> {
  const fields = isRecord(config) ? config : {};
  const { model_type: modelType, architectures } = fields;
  return {
    ...(typeof modelType === "string" ? { modelType } : {}),
    ...(Array.isArray(architectures)
      ? { architectures: architectures.filter((name): name is string => typeof name === "string") }
      : {}),
  };
}

/**
 * The task, library and licence in a model card's front matter: the lines between two `---` at its
 * start. Only plain `key: value` lines are read; this is no YAML parser.
 */
export function hintsOfModelCard(
  markdown: string,
): Pick<KindHints, "pipelineTag" | "library"> & { license?: string } {
  const frontMatter = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---/.exec(markdown)?.[1] ?? "";
  const field = (name: string) => {
    const value = new RegExp(`^${name}:[ \\t]*["']?([^"'\\r\\n#]+?)["']?[ \\t]*$`, "m").exec(
      frontMatter,
    )?.[1];
    return value?.trim();
  };
  const pipelineTag = field("pipeline_tag");
  const library = field("library_name");
  const license = field("license");
  return {
    ...(pipelineTag === undefined ? {} : { pipelineTag }),
    ...(library === undefined ? {} : { library }),
    ...(license === undefined ? {} : { license }),
  };
}
