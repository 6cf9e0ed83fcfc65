import { type PreTrainedModel, Tensor } from "@huggingface/transformers";
import { PromptPace } from "../prompt-pace";
import {
  mostBatchTokens,
  nextBatch,
  type Padding,
  sortedByLength,
  type TextInputName,
  textInputNames,
  type TextInputs,
  textInputs,
  type TokenizedText,
} from "./text-batches";
import type { Step } from "./turns";

/** ONNX Runtime's own tensor. The library's is a proxy, which costs something with each access. */
export type Output = Tensor["ort_tensor"];
type Outputs = Record<string, Output | undefined>;

export interface EncodedBatch {
  outputs: Outputs;
  /** Texts × longest: 1 for text, 0 for padding. */
  kept: BigInt64Array;
  /** Tokens. */
  longest: number;
}

/** Computes a model's outputs for batches of texts, which are as large as its pace allows. */
export class BatchEncoder {
  readonly #run: (inputs: TextInputs) => Promise<Outputs>;
  readonly #padding: Padding;
  readonly #pace = new PromptPace(mostBatchTokens);

  constructor(model: PreTrainedModel, padding: Padding) {
    this.#run = runnerOf(model);
    this.#padding = padding;
  }

  /** Also measures the pace that the next batches are chosen by. */
  async encode(batch: readonly TokenizedText[]): Promise<EncodedBatch> {
    const { inputs, kept, longest } = textInputs(batch, this.#padding);
    const startedAt = performance.now();
    const outputs = await this.#run(inputs);
    this.#pace.record(kept.length, performance.now() - startedAt);
    return { outputs, kept, longest };
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
  const session = model.sessions["model"] as Session | undefined;
  const names = textInputNames.filter((name) => session?.inputNames.includes(name));
  if (session && names.length === session.inputNames.length) {
    return (inputs) =>
      session.run(Object.fromEntries(names.map((name) => [name, tensor(inputs, name).ort_tensor])));
  }
  return async (inputs) => {
    const feeds = Object.fromEntries(textInputNames.map((name) => [name, tensor(inputs, name)]));
    const outputs = (await model(feeds)) as Record<string, Tensor>;
    return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, output.ort_tensor]));
  };
}

function tensor({ dims, ...values }: TextInputs, name: TextInputName): Tensor {
  return new Tensor("int64", values[name], dims);
}

/** An output's numbers, row-major; half precision is widened. */
export function floats(output: Output): Float32Array {
  const tensor = output.type === "float32" ? output : new Tensor(output).to("float32");
  return tensor.data as Float32Array;
}
