/** A process with node-llama-cpp and nothing of ours: what the whole stack is measured against. */
import { getLlama, type Token } from "node-llama-cpp";

export interface BareStart {
  modelPath: string;
  contextLength: number;
  threads: number;
}

export interface BareRequest {
  /** Evaluated before the clock starts. */
  history?: string;
  /** Prompt, ready to be evaluated. */
  text: string;
  /** At most so many tokens of the prompt are evaluated. */
  promptTokens?: number;
  /** Tokens to generate. */
  tokens: number;
}

export interface BareResult {
  promptTokens: number;
  firstTokenMs: number;
  tokensPerSecond: number;
}

process.once("disconnect", () => process.exit());
const start = JSON.parse(process.argv[2] ?? "") as BareStart;
const llama = await getLlama({ gpu: false, build: "never", progressLogs: false, maxThreads: start.threads });
const model = await llama.loadModel({ modelPath: start.modelPath });
const context = await model.createContext({ contextSize: start.contextLength });
const sequence = context.getSequence();

process.on("message", (request) => {
  void measure(request as BareRequest).then((result) => process.send?.(result));
});
process.send?.("ready");

async function measure({ history, text, promptTokens, tokens }: BareRequest): Promise<BareResult> {
  await sequence.clearHistory();
  if (history !== undefined) {
    await sequence.evaluateWithoutGeneratingNewTokens(model.tokenize(history, true));
  }
  const startedAt = performance.now();
  const prompt: Token[] = model.tokenize(text, true).slice(0, promptTokens);
  let firstAt = 0;
  let lastAt = 0;
  let generated = 0;
  for await (const token of sequence.evaluate(prompt, { temperature: 0 })) {
    lastAt = performance.now();
    firstAt ||= lastAt;
    model.detokenize([token]);
    if (++generated === tokens) {
      break;
    }
  }
  return {
    promptTokens: prompt.length,
    firstTokenMs: firstAt - startedAt,
    tokensPerSecond: ((generated - 1) * 1000) / (lastAt - firstAt),
  };
}
