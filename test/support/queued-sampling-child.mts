/** A process with one thread for background jobs, as engines have, and a library of its own. */
import {
  getLlama,
  type LlamaContext,
  type LlamaContextSequence,
  type SequenceEvaluateOptions,
  type Token,
} from "node-llama-cpp";
import { DirectSteps, type Follower } from "../../src/engine-process/llama/direct-steps";
import type { NativeSampler } from "../../src/engine-process/llama/native-context";
import { queueSamplingWithEvaluation } from "../../src/engine-process/llama/queued-sampling";

const llama = await getLlama({ gpu: false, build: "never", progressLogs: false, maxThreads: 1 });
const model = await llama.loadModel({ modelPath: process.argv[2] ?? "" });
const plain = await model.createContext({ contextSize: 256, sequences: 2 });
const queued = await model.createContext({ contextSize: 256, sequences: 2 });
const isQueued = queueSamplingWithEvaluation(queued);
/** Tokens of an answer. */
const count = 24;
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
const ahead = await drawAhead();
process.send?.({ isQueued, plain: results[0], queued: results[1], error, again, ahead, ...direct });
await llama.dispose();
process.disconnect();

async function write(sequence: LlamaContextSequence, prompt: string | Token[]): Promise<number[]> {
  const tokens: number[] = [];
  const promptTokens = typeof prompt === "string" ? model.tokenize(prompt) : prompt;
  for await (const token of sequence.evaluate(promptTokens, {
    temperature: 0,
    yieldEogToken: true,
  })) {
    tokens.push(token);
    if (tokens.length === count) {
      break;
    }
  }
  return tokens;
}

/** Somebody who keeps the tokens. */
function following(mayGoOn: () => boolean, recent: Token[] = []): Follower & { stepsAhead: number } {
  return {
    mayGoOn,
    goesOnAfter: (token) => !model.isEogToken(token),
    hasDrawn: (token) => void recent.push(token),
    stepsAhead: 0,
    steppedAhead() {
      this.stepsAhead++;
    },
  };
}

/** A step at a place that the sequence has not reached, and an answer of the library's loop after it. */
async function drawTooFar(
  steps: DirectSteps,
  { sequence, sampler, options }: { sequence: LlamaContextSequence; sampler: NativeSampler; options: object },
): Promise<{ error: string; again: number[] }> {
  (sequence as unknown as { _nextTokenIndex: number })._nextTokenIndex += 7;
  const error = await steps
    .draw(sequence, { token: 1 as Token, sampler, options, width: 1, follower: following(() => false) })
    .then(() => "", String);
  await sequence.clearHistory();
  return { error, again: await write(sequence, prompts[0] ?? "") };
}

function samplingOf(seed: number, recent: readonly Token[]): SequenceEvaluateOptions {
  return {
    temperature: 0.9,
    topK: 40,
    seed,
    repeatPenalty: { penalty: 1.3, punishTokens: () => [...recent], maxPunishTokens: 64 },
  };
}

/** The same answers from the library's loop, and by direct steps that advance two sequences at once. */
async function drawDirectly(): Promise<object> {
  const looped = await drawInLoop();
  const context = await model.createContext({ contextSize: 256, sequences: 2 });
  const steps = DirectSteps.of(context);
  queueSamplingWithEvaluation(context);
  if (!steps) {
    return { looped };
  }
  const { answers } = await drawTogether(context, steps, false);
  // What was counted is where the sequence is: the library goes on from there.
  const [first, second] = answers;
  const place = (first?.sequence.nextTokenIndex ?? 0) - model.tokenize(prompts[0] ?? "").length;
  await first?.sequence.evaluateWithoutGeneratingNewTokens(model.tokenize("more"));
  const failed = second && (await drawTooFar(steps, second));
  await Promise.all(answers.map(({ loop }) => loop.return(undefined)));

  const other = await model.createContext({ contextSize: 256, sequences: 2 });
  const stepsAhead = DirectSteps.of(other) as DirectSteps;
  queueSamplingWithEvaluation(other);
  const ahead = await drawTogether(other, stepsAhead, true);
  const isIntact = await Promise.all(ahead.answers.map(({ sequence }) => stepsAhead.finish(sequence)));
  await Promise.all(ahead.answers.map(({ loop }) => loop.return(undefined)));
  return {
    looped,
    direct: answers.map(({ tokens }) => tokens),
    place,
    failed,
    aheadTogether: { tokens: ahead.answers.map(({ tokens }) => tokens), widths: ahead.widths, isIntact },
  };
}

async function drawInLoop(): Promise<number[][]> {
  const context = await model.createContext({ contextSize: 256, sequences: 2 });
  const answers: number[][] = [];
  for (const [index, prompt] of prompts.entries()) {
    const recent: Token[] = [];
    const options = { ...samplingOf(7 + index, recent), yieldEogToken: true };
    for await (const token of context.getSequence().evaluate(model.tokenize(prompt), options)) {
      if (recent.push(token) === count) {
        break;
      }
    }
    answers.push(recent);
  }
  return answers;
}

/** All the answers, a token of each per step; `isAhead`: steps begin by themselves. */
async function drawTogether(context: LlamaContext, steps: DirectSteps, isAhead: boolean) {
  const answers = [];
  /** Of steps that began by themselves. */
  const widths: number[] = [];
  for (const [index, prompt] of prompts.entries()) {
    const sequence = context.getSequence();
    const recent: Token[] = [];
    const options = samplingOf(7 + index, recent);
    const loop = sequence.evaluate(model.tokenize(prompt), { ...options, yieldEogToken: true });
    const { value } = await loop.next();
    recent.push(value as Token);
    const sampler = steps.samplerOf(sequence) as NativeSampler;
    const follower = {
      ...following(() => isAhead, recent),
      steppedAhead: (width: number) => void widths.push(width),
    };
    answers.push({ sequence, sampler, options, loop, follower, tokens: [value as Token] });
  }
  for (let drawn = 1; drawn < count; drawn++) {
    const step = answers.map(
      ({ sequence, sampler, options, tokens, follower }) =>
        steps.drawnAhead(sequence) ??
        steps.draw(sequence, {
          token: tokens.at(-1) as Token,
          sampler,
          options,
          width: answers.length,
          follower,
        }),
    );
    for (const [index, token] of (await Promise.all(step)).entries()) {
      answers[index]?.tokens.push(token);
    }
    if (isAhead) {
      // What the answers do with their tokens takes sometimes less and sometimes more time than the next step.
      await new Promise((resolve) => setTimeout(resolve, drawn % 3 ? 0 : 20));
    }
  }
  return { answers, widths };
}

/** An answer whose steps begin by themselves, what the library's loop appends to it, and a step that fails. */
async function drawAhead(): Promise<object | undefined> {
  const context = await model.createContext({ contextSize: 256 });
  const steps = DirectSteps.of(context);
  queueSamplingWithEvaluation(context);
  if (!steps) {
    return undefined;
  }
  const sequence = context.getSequence();
  const recent: Token[] = [];
  const options = samplingOf(7, recent);
  const prompt = model.tokenize(prompts[0] ?? "");
  const loop = sequence.evaluate(prompt, { ...options, yieldEogToken: true });
  const tokens = [(await loop.next()).value as Token];
  recent.push(tokens[0] as Token);
  const sampler = steps.samplerOf(sequence) as NativeSampler;
  const follower = following(() => true, recent);
  const next = (from: Follower) =>
    steps.drawnAhead(sequence) ??
    steps.draw(sequence, { token: tokens.at(-1) as Token, sampler, options, width: 1, follower: from });
  while (tokens.length < count) {
    tokens.push(await next(follower));
    // What an answer does with its token takes sometimes less and sometimes more time than the next step.
    await new Promise((resolve) => setTimeout(resolve, tokens.length % 3 ? 0 : 20));
  }
  await steps.settle();
  const isIntact = await steps.finish(sequence);
  const unwanted = sequence.nextTokenIndex - prompt.length - (tokens.length - 1);
  await loop.return(undefined);
  // The library goes on from there, without what nobody wanted.
  await sequence.adaptStateToTokens([...prompt, ...tokens], false);
  const reused = sequence.nextTokenIndex - prompt.length;
  const rest = [...tokens.slice(reused), ...model.tokenize(" and")];
  const continued = await write(sequence, rest);
  await sequence.clearHistory();
  await sequence.evaluateWithoutGeneratingNewTokens(prompt);
  for (const token of tokens.slice(0, reused)) {
    await sequence.evaluateWithoutGeneratingNewTokens([token]);
  }
  const expected = await write(sequence, rest);
  return {
    tokens,
    steps: follower.stepsAhead,
    isIntact,
    unwanted,
    reused,
    continued,
    expected,
    failed: await failAhead(steps, sequence),
  };
}

/** A step that begins by itself, at a place that the sequence has not reached: asked for or not. */
async function failAhead(steps: DirectSteps, sequence: LlamaContextSequence): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  for (const isAskedFor of [true, false]) {
    await sequence.clearHistory();
    const loop = sequence.evaluate(model.tokenize(prompts[0] ?? ""), { temperature: 0, yieldEogToken: true });
    const token = (await loop.next()).value as Token;
    const sampler = steps.samplerOf(sequence) as NativeSampler;
    const follower: Follower = {
      ...following(() => true),
      hasDrawn: () => ((sequence as unknown as { _nextTokenIndex: number })._nextTokenIndex += 7),
    };
    await steps.draw(sequence, { token, sampler, options: { temperature: 0 }, width: 1, follower });
    outcomes.push(
      isAskedFor ? await steps.drawnAhead(sequence)?.catch(String) : await steps.finish(sequence),
    );
    await steps.settle();
    await sequence.clearHistory();
    await loop.return(undefined);
  }
  return [...outcomes, await write(sequence, model.tokenize(prompts[0] ?? ""))];
}
