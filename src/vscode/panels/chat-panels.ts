import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { panelIds } from "../ids";
import { ChatPanel, type ChatPanelOptions, createChatWebview } from "./chat-panel";

/** All open chats; brings them back after a reload. */
export class ChatPanels implements Disposable, vscode.WebviewPanelSerializer {
  readonly #options: ChatPanelOptions;
  readonly #own = new DisposableStore();
  readonly #panels = new Set<ChatPanel>();

  constructor(options: ChatPanelOptions) {
    this.#options = options;
    this.#own.add(vscode.window.registerWebviewPanelSerializer(panelIds.chat, this));
  }

  /** Shows the chat used last, or a new one. */
  async open(modelId?: string): Promise<void> {
    const panel = [...this.#panels].find(({ isActive }) => isActive) ?? [...this.#panels].at(-1);
    if (panel) {
      await panel.reveal(modelId);
    } else {
      this.openNew(modelId);
    }
  }

  openNew(modelId?: string): void {
    this.#add(createChatWebview(), randomUUID(), modelId).focus();
  }

  async openStored(chatId: string): Promise<void> {
    const open = [...this.#panels].find((panel) => panel.chatId === chatId);
    if (open) {
      await open.reveal();
    } else {
      this.#add(createChatWebview(), chatId).focus();
    }
  }

  /** Closes the chat's panel, if it is open. */
  close(chatId: string): void {
    for (const panel of this.#panels) {
      if (panel.chatId === chatId) {
        panel.close();
      }
    }
  }

  rename(chatId: string, title: string): void {
    for (const panel of this.#panels) {
      if (panel.chatId === chatId) {
        void panel.rename(title);
      }
    }
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const chatId =
      typeof state === "object" && state !== null && "chatId" in state && typeof state.chatId === "string"
        ? state.chatId
        : randomUUID();
    this.#add(panel, chatId);
    return Promise.resolve();
  }

  /** Ends answers under way so that what was written of them is stored. */
  async stopAll(): Promise<void> {
    await Promise.allSettled([...this.#panels].map((panel) => panel.stop()));
  }

  dispose(): void {
    for (const panel of this.#panels) {
      panel.dispose();
    }
    this.#own.dispose();
  }

  #add(webview: vscode.WebviewPanel, chatId: string, modelId?: string): ChatPanel {
    const panel = new ChatPanel(webview, chatId, this.#options, modelId);
    this.#panels.add(panel);
    webview.onDidDispose(() => {
      this.#panels.delete(panel);
      panel.dispose();
    });
    webview.onDidChangeViewState(() => {
      // The panel used last goes last.
      if (panel.isActive) {
        this.#panels.delete(panel);
        this.#panels.add(panel);
      }
    });
    return panel;
  }
}
