import type { LlamaModel, Token } from "node-llama-cpp";
import type { Priority, TokenLogprobs } from "../../protocol/engine";
import { StopTextFilter } from "../stop-text-filter";
import { TextStream } from "../text-stream";
import { TokenDecoder } from "./token-decoder";
import type { DrawnToken } from "./token-source";

interface TextOutputOptions {
  stopTexts: readonly string[];
  /** Called with what is certainly part of the text. */
  emit: (text: string) => void;
  /** Whether control tokens appear as their text; otherwise they have none. */
  showControlTokens?: boolean;
  topLogprobs?: number;
  priority?: Priority | undefined;
}

/** Turns drawn tokens into the text that the caller gets, streamed and whole. */
export class TextOutput {
  text = "";
  readonly logprobs: TokenLogprobs[] = [];
  readonly #model: LlamaModel;
  readonly #options: TextOutputOptions;
  readonly #decoder: TokenDecoder;
  readonly #filter: StopTextFilter;
  readonly #stream: TextStream;

  constructor(model: LlamaModel, options: TextOutputOptions) {
    this.#model = model;
    this.#options = options;
    this.#decoder = new TokenDecoder(model, options.showControlTokens ?? false);
    this.#filter = new StopTextFilter(options.stopTexts);
    this.#stream = new TextStream(options.emit, options.priority);
  }

  /** Whether a stop text was found; what comes after it is dropped. */
  get isStopped(): boolean {
    return this.#filter.found !== undefined;
  }

  /** The stop text that was found. */
  get stopText(): string | undefined {
    return this.#filter.found;
  }

  push(drawn: DrawnToken): void {
    const { topLogprobs = 0 } = this.#options;
    if (topLogprobs > 0 && drawn.probabilities) {
      this.logprobs.push(this.#logprobsOf(drawn.token, drawn.probabilities, topLogprobs));
    }
    this.#append(this.#filter.push(this.#decoder.push(drawn.token)));
  }

  /** Lets go of what was held back; nothing is streamed afterwards. */
  finish(): void {
    if (!this.isStopped) {
      this.#append(this.#filter.push(this.#decoder.finish()));
      this.#append(this.#filter.finish());
    }
    this.#stream.finish();
  }

  #append(piece: string): void {
    this.text += piece;
    this.#stream.push(piece);
  }

  #logprobsOf(token: Token, probabilities: ReadonlyMap<Token, number>, count: number): TokenLogprobs {
    const textOf = (one: Token) => this.#model.detokenize([one], true);
    const top = [...probabilities].slice(0, count);
    return {
      text: textOf(token),
      logprob: Math.log(probabilities.get(token) ?? 0),
      top: top.map(([one, probability]) => ({ text: textOf(one), logprob: Math.log(probability) })),
    };
  }
}
