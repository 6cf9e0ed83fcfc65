import type { Transport } from "../../src/protocol/rpc";

/** Two ends that hand each other clones, one message after another, as a webview and its host do. */
export function transportPair(): [Transport, Transport] {
  const listeners: ((message: unknown) => void)[][] = [[], []];
  const end = (own: number): Transport => ({
    post(message) {
      const copy: unknown = structuredClone(message);
      setImmediate(() => listeners[1 - own]!.forEach((listener) => listener(copy)));
    },
    onMessage: (listener) => void listeners[own]!.push(listener),
    onClose() {},
  });
  return [end(0), end(1)];
}

/** Lets every message that is under way arrive, and the replies to it. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
