import { AutoModelForCausalLM, DynamicCache, type PreTrainedModel, Tensor } from "@huggingface/transformers";
import { AppError } from "../../common/errors";
import type { OnnxOptions } from "./model";

/** What a model keeps of the tokens it has read; never changed, so several conversations may share one. */
export interface DecoderState {
  readonly tokens: readonly number[];
  /** Keys and values by their names as inputs of the graph. */
  readonly cache: Readonly<Record<string, Tensor>>;
}

export const emptyState: DecoderState = { tokens: [], cache: {} };

/** Graphs that cannot leave it out give a row of logits for every token; so many bytes of them are made at once. */
const mostLogitBytes = 64 * 1024 * 1024;

interface Graph {
  inputNames: readonly string[];
}

/** A text model evaluated step by step. */
export class Decoder {
  readonly #model: PreTrainedModel;
  readonly #inputNames: ReadonlySet<string>;
  readonly #cacheNames: readonly string[];
  /** Known after the first evaluation. */
  #vocabulary = 0;

  constructor(model: PreTrainedModel) {
    this.#model = model;
    const graph = (model.sessions["decoder_model_merged"] ?? model.sessions["model"]) as Graph;
    this.#inputNames = new Set(graph.inputNames);
    this.#cacheNames = graph.inputNames.filter((name) => name.startsWith("past"));
    if (this.#cacheNames.length === 0) {
      throw new AppError(
        "unsupported-model",
        "This model was exported without a cache, so each word would take as long as the whole text. Pull a conversion with a cache (“text-generation-with-past”).",
      );
    }
  }

  /**
   * Whether several tokens may follow a state at once. Older exports hold two graphs, and the one that
   * continues a state was traced with a single token; what it does with several depends on the exporter.
   */
  get continuesInChunks(): boolean {
    return !this.#inputNames.has("use_cache_branch");
  }

  /** Most tokens that one evaluation should have. */
  get largestChunk(): number {
    return this.#inputNames.has("num_logits_to_keep") || this.#vocabulary === 0
      ? Infinity
      : Math.max(1, Math.floor(mostLogitBytes / (this.#vocabulary * Float32Array.BYTES_PER_ELEMENT)));
  }

  /** The state after `tokens` (at least one), and the logits of what follows the last of them. */
  async evaluate(
    state: DecoderState,
    tokens: readonly number[],
  ): Promise<{ state: DecoderState; logits: Float32Array }> {
    const total = state.tokens.length + tokens.length;
    const outputs = (await this.#model.forward({
      input_ids: new Tensor("int64", BigInt64Array.from(tokens, BigInt), [1, tokens.length]),
      attention_mask: new Tensor("int64", new BigInt64Array(total).fill(1n), [1, total]),
      past_key_values: state.tokens.length > 0 ? new DynamicCache({ ...state.cache }) : null,
      ...(this.#inputNames.has("num_logits_to_keep")
        ? { num_logits_to_keep: new Tensor("int64", BigInt64Array.of(1n), []) }
        : {}),
    })) as Record<string, Tensor | undefined>;
    const cache = Object.fromEntries(
      this.#cacheNames.map((name) => [
        name,
        required(outputs, name.replace(/^past(?:_key_values)?/, "present")),
      ]),
    );
    const logits = lastRow(required(outputs, "logits"));
    this.#vocabulary = logits.length;
    return { state: { tokens: [...state.tokens, ...tokens], cache }, logits };
  }
}

export async function loadDecoder({ weightFiles, graphs }: OnnxOptions): Promise<Decoder> {
  // The first exports of GPT-2's family have no `model.onnx`; its decoder alone is the whole model.
  const isNamed = (name: string) =>
    weightFiles.some((file) => new RegExp(`(?:^|/)${name}(?:_[a-z0-9]+)?\\.onnx$`).test(file));
  const isOldLayout =
    isNamed("decoder_model_merged") && !["model", "embed_tokens", "encoder_model"].some(isNamed);
  const model = await graphs.load(
    AutoModelForCausalLM,
    isOldLayout ? { model_file_name: "decoder_model_merged" } : {},
  );
  return new Decoder(model);
}

/**
 * What the state was after its first `length` tokens; undefined when the model keeps something that cannot be
 * cut, such as the running summary of a state space model.
 */
export function cutState(state: DecoderState, length: number): DecoderState | undefined {
  if (length === state.tokens.length) {
    return state;
  }
  if (length === 0) {
    return emptyState;
  }
  const cache: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(state.cache)) {
    const [batch, heads = 0, positions = 0, size = 0] = tensor.dims;
    const isByPosition = tensor.dims.length === 4 && batch === 1 && positions === state.tokens.length;
    if (!isByPosition || !name.startsWith("past_key_values.")) {
      return undefined;
    }
    cache[name] = cutPositions(tensor, heads, positions, size, length);
  }
  return { tokens: state.tokens.slice(0, length), cache };
}

/** `tensor` is 1 × heads × positions × size. */
function cutPositions(
  tensor: Tensor,
  heads: number,
  positions: number,
  size: number,
  length: number,
): Tensor {
  const values = tensor.data as Float32Array;
  const kept = new (values.constructor as Float32ArrayConstructor)(heads * length * size);
  for (let head = 0; head < heads; head++) {
    const start = head * positions * size;
    kept.set(values.subarray(start, start + length * size), head * length * size);
  }
  return new Tensor(tensor.type, kept, [1, heads, length, size]);
}

/** Bytes that a state holds. */
export function stateBytes(state: DecoderState): number {
  return Object.values(state.cache).reduce((sum, { data }) => sum + (data as Float32Array).byteLength, 0);
}

/** `logits` is 1 × tokens × vocabulary. */
function lastRow(logits: Tensor): Float32Array {
  const vocabulary = logits.dims.at(-1) ?? 0;
  const values = logits.data as Float32Array;
  const row = values.subarray(values.length - vocabulary);
  return logits.type === "float32"
    ? row
    : (new Tensor(logits.type, row, [vocabulary]).to("float32").data as Float32Array);
}

function required(outputs: Record<string, Tensor | undefined>, name: string): Tensor {
  const tensor = outputs[name];
  if (!tensor) {
    throw new AppError("unsupported-model", "This model gives no output “{0}”, so it cannot write text.", [
      name,
    ]);
  }
  return tensor;
}
