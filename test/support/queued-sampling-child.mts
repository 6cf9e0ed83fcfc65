/** A process with one thread for background jobs, as engines have, and a library of its own. */
import {
  getLlama,
  type LlamaContextSequence,
  type SequenceEvaluateOptions,
  type Token,
} from "node-llama-cpp";
import { DirectSteps } from "../../src/engine-process/llama/direct-steps";
import type { NativeSampler } from "../../src/engine-process/llama/native-context";
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
const direct = await drawDirectly();
process.send?.({ isQueued, plain: results[0], queued: results[1], error, again, ...direct });
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

/** A step at a place that the sequence has not reached, and an answer of the library's loop after it. */
async function drawTooFar(
  steps: DirectSteps,
  { sequence, sampler, options }: { sequence: LlamaContextSequence; sampler: NativeSampler; options: object },
): Promise<{ error: string; again: number[] }> {
  (sequence as unknown as { _nextTokenIndex: number })._nextTokenIndex += 7;
  const error = await steps
    .draw(sequence, { token: 1 as Token, sampler, options, width: 1 })
    .then(() => "", String);
  await sequence.clearHistory();
  return { error, again: await write(sequence, prompts[0] ?? "") };
}

/** The same answers from the library's loop, and by direct steps that advance two sequences at once. */
async function drawDirectly(): Promise<object> {
  const count = 24;
  const recent: Token[][] = [];
  const optionsOf = (index: number): SequenceEvaluateOptions => {
    const own: Token[] = (recent[index] = []);
    return {
      temperature: 0.9,
      topK: 40,
      seed: 7 + index,
      repeatPenalty: { penalty: 1.3, punishTokens: () => [...own], maxPunishTokens: 64 },
    };
  };
  const looped: number[][] = [];
  const untouched = await model.createContext({ contextSize: 256, sequences: 2 });
  for (const [index, prompt] of prompts.entries()) {
    const sequence = untouched.getSequence();
    const tokens: number[] = (looped[index] = []);
    const options = { ...optionsOf(index), yieldEogToken: true };
    for await (const token of sequence.evaluate(model.tokenize(prompt), options)) {
      recent[index]?.push(token);
      if (tokens.push(token) === count) {
        break;
      }
    }
  }

  const context = await model.createContext({ contextSize: 256, sequences: 2 });
  const steps = DirectSteps.of(context);
  queueSamplingWithEvaluation(context);
  if (!steps) {
    return { looped };
  }
  const answers = [];
  for (const [index, prompt] of prompts.entries()) {
    const sequence = context.getSequence();
    const options = optionsOf(index);
    const loop = sequence.evaluate(model.tokenize(prompt), { ...options, yieldEogToken: true });
    const { value } = await loop.next();
    recent[index]?.push(value as Token);
    const sampler = steps.samplerOf(sequence) as NativeSampler;
    answers.push({ sequence, sampler, options, loop, tokens: [value as Token] });
  }
  for (let drawn = 1; drawn < count; drawn++) {
    const step = answers.map(({ sequence, sampler, options, tokens }) =>
      steps.draw(sequence, { token: tokens.at(-1) as Token, sampler, options, width: answers.length }),
    );
    for (const [index, token] of (await Promise.all(step)).entries()) {
      recent[index]?.push(token);
      answers[index]?.tokens.push(token);
    }
  }
  // What was counted is where the sequence is: the library goes on from there.
  const [first] = answers;
  const place = (first?.sequence.nextTokenIndex ?? 0) - model.tokenize(prompts[0] ?? "").length;
  await first?.sequence.evaluateWithoutGeneratingNewTokens(model.tokenize("more"));
  const [, second] = answers;
  const failed = second && (await drawTooFar(steps, second));
  for (const { loop } of answers) {
    await loop.return(undefined);
  }
  return { looped, direct: answers.map(({ tokens }) => tokens), place, failed };
}
