import { type PreTrainedModel, Tensor } from "@huggingface/transformers";
import { PromptPace } from "../prompt-pace";
import { mostBatchTokens, nextBatch, type Padding, sortedByLength, type TokenizedText } from "./text-batches";
import { textInputNames, type TextInputs, TextInputWriter } from "./text-inputs";
import type { Step } from "./turns";

/** ONNX Runtime's own tensor. The library's is a proxy, which costs something with each access. */
export type Output = Tensor["ort_tensor"];
const RuntimeTensor = new Tensor("int64", new BigInt64Array(1), [1]).ort_tensor.constructor as new (
  type: "int64",
  values: BigInt64Array,
  dims: readonly number[],
) => Output;
type Outputs = Record<string, Output | undefined>;

export interface EncodedBatch {
  outputs: Outputs;
  /** Tokens of each row, padding included. */
  longest: number;
}

/** Computes a model's outputs for batches of texts, which are as large as its pace allows. */
export class BatchEncoder {
  readonly #run: (inputs: TextInputs) => Promise<Outputs>;
  readonly #writer: TextInputWriter;
  readonly #pace = new PromptPace(mostBatchTokens);

  constructor(model: PreTrainedModel, padding: Padding) {
    this.#run = runnerOf(model);
    this.#writer = new TextInputWriter(padding);
  }

  /** Also measures the pace that the next batches are chosen by. */
  async encode(batch: readonly TokenizedText[]): Promise<EncodedBatch> {
    const inputs = this.#writer.write(batch);
    const [texts, longest] = inputs.dims;
    const startedAt = performance.now();
    const outputs = await this.#run(inputs);
    this.#pace.record(texts * longest, performance.now() - startedAt);
    return { outputs, longest };
  }

  /** Each batch is a step; shortest texts first. */
  async forEachBatch(
    texts: readonly TokenizedText[],
    step: Step,
    use: (encoded: EncodedBatch, batch: readonly TokenizedText[]) => void,
  ): Promise<void> {
    const sorted = sortedByLength(texts);
    for (let done = 0; done < sorted.length;) {
      const batch = nextBatch(sorted, done, this.#pace.chunkTokens());
      use(await step(() => this.encode(batch)), batch);
      done += batch.length;
    }
  }
}

/** What transformers.js keeps of ONNX Runtime's session. */
interface Session {
  inputNames: readonly string[];
  run: (feeds: Record<string, unknown>) => Promise<Outputs>;
}

/**
 * A graph that reads nothing but the texts is run directly: what the library checks and converts around it is
 * a hundredth of a short text's time in a small model.
 */
function runnerOf(model: PreTrainedModel): (inputs: TextInputs) => Promise<Outputs> {
  const graph = () => model.sessions["model"] as Session;
  // Some models have graphs of other names only.
  const inputNames = "model" in model.sessions ? graph().inputNames : [];
  const names = textInputNames.filter((name) => inputNames.includes(name));
  if (names.length > 0 && names.length === inputNames.length) {
    return (inputs) => {
      const feeds: Record<string, Output> = {};
      for (const name of names) {
        feeds[name] = new RuntimeTensor("int64", inputs[name], inputs.dims);
      }
      // Not always the same one: another number of threads is another session.
      return graph().run(feeds);
    };
  }
  return async (inputs) => {
    const feeds = Object.fromEntries(
      textInputNames.map((name) => [name, new Tensor("int64", inputs[name], inputs.dims)]),
    );
    const outputs = (await model(feeds)) as Record<string, Tensor>;
    return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, output.ort_tensor]));
  };
}

/** An output's numbers, row-major; half precision is widened. */
export function floats(output: Output): Float32Array {
  const tensor = output.type === "float32" ? output : new Tensor(output).to("float32");
  return tensor.data as Float32Array;
}
