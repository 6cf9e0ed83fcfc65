import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

interface ServerStart {
  /** llama.cpp's own `llama-server`, best built from the release and linked to the libraries that the product uses. */
  program: string;
  modelPath: string;
  threads: number;
  contextLength: number;
}

const startedWithinMs = 60_000;

/** llama.cpp's own server as a yardstick. */
export class LlamaServer {
  readonly #process: ChildProcess;
  readonly #url: string;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.#url = url;
  }

  static async start({ program, modelPath, threads, contextLength }: ServerStart): Promise<LlamaServer> {
    const port = await freePort();
    const child = spawn(
      program,
      [
        ...["--model", modelPath, "--host", "127.0.0.1", "--port", String(port), "--parallel", "1"],
        ...["--threads", String(threads), "--ctx-size", String(contextLength)],
      ],
      { stdio: "ignore" },
    );
    const server = new LlamaServer(child, `http://127.0.0.1:${port}`);
    const startedAt = performance.now();
    while (!(await server.#isReady())) {
      if (child.exitCode !== null || performance.now() - startedAt > startedWithinMs) {
        server.stop();
        throw new Error(`${program} did not start.`);
      }
      await delay(100);
    }
    return server;
  }

  /** Tokens per second after the first, as its client sees them. */
  async tokensPerSecond(prompt: string, tokens: number): Promise<number> {
    const response = await fetch(`${this.#url}/completion`, {
      method: "POST",
      body: JSON.stringify({
        prompt,
        n_predict: tokens,
        temperature: 0,
        ignore_eos: true,
        cache_prompt: false,
        stream: true,
      }),
    });
    let received = "";
    let firstAt = 0;
    let lastAt = 0;
    for await (const chunk of response.body ?? []) {
      lastAt = performance.now();
      firstAt ||= lastAt;
      received += Buffer.from(chunk as Uint8Array).toString("latin1");
    }
    // The last event tells; tokens that are no whole character have no event of their own.
    const predicted = Number(/"tokens_predicted":(\d+)(?!.*"tokens_predicted")/s.exec(received)?.[1]);
    if (predicted !== tokens) {
      throw new Error(`llama-server gave ${predicted} tokens instead of ${tokens}.`);
    }
    return ((tokens - 1) * 1000) / (lastAt - firstAt);
  }

  stop(): void {
    this.#process.kill("SIGKILL");
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.#url}/health`)).ok;
    } catch {
      return false;
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}
