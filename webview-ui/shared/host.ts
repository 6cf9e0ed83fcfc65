import type { Transport } from "../../src/protocol/rpc";

interface VsCodeApi {
  postMessage: (message: unknown) => void;
  getState: () => unknown;
  setState: (state: unknown) => void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The page's end of the wire to the extension host, and what VS Code keeps for a page across reloads. */
export interface Host {
  readonly transport: Transport;
  loadState: () => unknown;
  saveState: (state: unknown) => void;
}

/** May be called once per page: VS Code hands out its API only once. */
export function connectHost(): Host {
  const api = acquireVsCodeApi();
  return {
    transport: {
      post: (message) => api.postMessage(message),
      onMessage: (listener) =>
        window.addEventListener("message", (event: MessageEvent<unknown>) => listener(event.data)),
      // A page is thrown away together with its wire, so it never sees the wire close.
      onClose() {},
    },
    loadState: () => api.getState(),
    saveState: (state) => api.setState(state),
  };
}

/** The content of a `<script type="application/json">` of the page; undefined where there is none. */
export function readEmbeddedJson(elementId: string): unknown {
  const text = document.getElementById(elementId)?.textContent;
  return text ? JSON.parse(text) : undefined;
}
