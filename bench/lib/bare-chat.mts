/**
 * A process with node-llama-cpp and nothing of ours that asks one prompt after another. It renders the chat
 * template and draws the tokens itself: the library's LlamaChatSession is slower.
 */
import { getLlama, resolveChatWrapper, type Token } from "node-llama-cpp";

export interface BareChatStart {
  modelPath: string;
  contextLength: number;
  threads: number;
}

export interface BareChatRequest {
  prompts: string[];
  /** Most tokens of each answer. */
  tokens: number;
}

export interface BareChatResult {
  wallMs: number;
  generatedTokens: number;
}

process.once("disconnect", () => process.exit());
const start = JSON.parse(process.argv[2] ?? "") as BareChatStart;
const llama = await getLlama({ gpu: false, build: "never", progressLogs: false, maxThreads: start.threads });
const model = await llama.loadModel({ modelPath: start.modelPath });
const context = await model.createContext({ contextSize: start.contextLength });
const sequence = context.getSequence();
const wrapper = resolveChatWrapper(model);

process.on("message", (request) => {
  void measure(request as BareChatRequest).then((result) => process.send?.(result));
});
process.send?.("ready");

async function measure({ prompts, tokens }: BareChatRequest): Promise<BareChatResult> {
  const startedAt = performance.now();
  let generatedTokens = 0;
  for (const prompt of prompts) {
    await sequence.clearHistory();
    const { contextText } = wrapper.generateContextState({
      chatHistory: [
        { type: "user", text: prompt },
        { type: "model", response: [] },
      ],
    });
    const drawn: Token[] = [];
    for await (const token of sequence.evaluate(contextText.tokenize(model.tokenizer), { temperature: 0 })) {
      drawn.push(token);
      if (drawn.length === tokens) {
        break;
      }
    }
    model.detokenize(drawn);
    generatedTokens += drawn.length;
  }
  return { wallMs: performance.now() - startedAt, generatedTokens };
}
