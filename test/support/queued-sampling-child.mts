/** A process with one thread for background jobs, as engines have, and a library of its own. */
import { getLlama, type LlamaContextSequence } from "node-llama-cpp";
import { queueSamplingWithEvaluation } from "../../src/engine-process/llama/queued-sampling";

const llama = await getLlama({ gpu: false, build: "never", progressLogs: false, maxThreads: 1 });
const model = await llama.loadModel({ modelPath: process.argv[2] ?? "" });
const plain = await model.createContext({ contextSize: 256, sequences: 2 });
const queued = await model.createContext({ contextSize: 256, sequences: 2 });
const isQueued = queueSamplingWithEvaluation(queued);
const prompts = ["What is the capital of France?", "Count from one to five."];

const results: number[][][] = [];
const sequences = [];
for (const context of [plain, queued]) {
  const own = prompts.map(() => context.getSequence());
  sequences.push(own);
  results.push(await Promise.all(own.map((sequence, index) => write(sequence, prompts[index] ?? ""))));
}

// A place that the sequence has not reached: llama.cpp refuses to evaluate a token there.
const [broken] = sequences[1] ?? [];
(broken as unknown as { _nextTokenIndex: number })._nextTokenIndex += 7;
const error = await write(broken as LlamaContextSequence, "Hello").catch(String);
await broken?.clearHistory();
const again = await write(broken as LlamaContextSequence, prompts[0] ?? "");
process.send?.({ isQueued, plain: results[0], queued: results[1], error, again });
await llama.dispose();
process.disconnect();

async function write(sequence: LlamaContextSequence, prompt: string): Promise<number[]> {
  const tokens: number[] = [];
  for await (const token of sequence.evaluate(model.tokenize(prompt), {
    temperature: 0,
    yieldEogToken: true,
  })) {
    tokens.push(token);
    if (tokens.length === 24) {
      break;
    }
  }
  return tokens;
}
