import * as vscode from "vscode";
import { ChatSession } from "../../chat/chat-session";
import { type Disposable, DisposableStore } from "../../common/disposable";
import type { Logger } from "../../common/logger";
import type { Deployments } from "../../engine/deployments";
import type { Library } from "../../library/library";
import type { ChatHostWire, ChatPageWire } from "../../protocol/chat-view";
import { RpcPeer } from "../../protocol/rpc";
import type { Store } from "../../store/store-client";
import { commandIds, panelIds } from "../ids";
import { taskOf } from "../kinds";
import type { LastEditor } from "../last-editor";
import type { ModelConfigurations } from "../model-configurations";
import { describeError } from "../notifications";
import { answerActions } from "./answer-actions";
import { webviewHtml, webviewRoot } from "./webview-html";
import { webviewTransport } from "./webview-transport";

export interface ChatPanelOptions {
  extensionUri: vscode.Uri;
  library: Library;
  deployments: Deployments;
  configurations: ModelConfigurations;
  store: Store;
  logger: Logger;
  lastEditor: LastEditor;
}

/** One chat in an editor tab. */
export class ChatPanel implements Disposable {
  readonly chatId: string;
  readonly #panel: vscode.WebviewPanel;
  readonly #options: ChatPanelOptions;
  readonly #own = new DisposableStore();
  readonly #rpc: RpcPeer<ChatHostWire, ChatPageWire>;
  readonly #session: Promise<ChatSession>;

  constructor(panel: vscode.WebviewPanel, chatId: string, options: ChatPanelOptions, modelId?: string) {
    this.#panel = panel;
    this.chatId = chatId;
    this.#options = options;
    const icon = (theme: string) => vscode.Uri.joinPath(options.extensionUri, "media", `chat-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    panel.webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(options.extensionUri)] };
    this.#session = this.#openSession(modelId);
    // Whoever asks for the session hears of the failure; nobody may have asked yet.
    this.#session.catch(() => undefined);
    this.#rpc = this.#own.add(
      new RpcPeer<ChatHostWire, ChatPageWire>(webviewTransport(panel), this.#handlers(), (error) =>
        options.logger.error(`chat panel: ${error.message} ${error.detail ?? ""}`),
      ),
    );
    panel.webview.html = webviewHtml(panel.webview, options.extensionUri, {
      bundle: "chat",
      title: vscode.l10n.t("Chat"),
    });
  }

  get isActive(): boolean {
    return this.#panel.active;
  }

  /** Shows the panel, with the given model chosen. */
  async reveal(modelId?: string): Promise<void> {
    this.#panel.reveal();
    this.focus();
    if (modelId !== undefined) {
      (await this.#session).selectModel(modelId);
    }
  }

  /** Puts the cursor into the message field. */
  focus(): void {
    this.#rpc.notify("focusComposer", null);
  }

  async rename(title: string): Promise<void> {
    (await this.#session).rename(title);
  }

  close(): void {
    this.#panel.dispose();
  }

  dispose(): void {
    this.#own.dispose();
    void this.#session.then(
      (session) => session.dispose(),
      () => undefined,
    );
  }

  /** Stops the answer that is being written and stores what there is of it. */
  async stop(): Promise<void> {
    await (await this.#session).stop();
  }

  async #openSession(modelId: string | undefined): Promise<ChatSession> {
    const { store, deployments, library, configurations } = this.#options;
    const session = await ChatSession.open({
      chatId: this.chatId,
      store,
      deployments,
      sampling: (modelId) => configurations.sampling(modelId),
      defaultSystemPrompt: (modelId) => configurations.systemPrompt(modelId),
      canDeploy: () => library.content().downloaded.some(({ kind }) => taskOf(kind) === "chat"),
      describeError,
    });
    if (modelId !== undefined) {
      session.selectModel(modelId);
    }
    this.#setTitle(session.state.title);
    this.#own.add(
      session.onDidChange((state) => {
        this.#setTitle(state.title);
        this.#rpc.notify("state", state);
      }),
    );
    this.#own.add(session.onDidStream((delta) => this.#rpc.notify("delta", delta)));
    this.#own.add(library.onDidChange(() => session.refresh()));
    return session;
  }

  #setTitle(title: string): void {
    this.#panel.title = title || vscode.l10n.t("Chat");
  }

  #handlers(): ConstructorParameters<typeof RpcPeer<ChatHostWire, ChatPageWire>>[1] {
    const withSession = async (run: (session: ChatSession) => Promise<void> | void): Promise<null> => {
      await run(await this.#session);
      return null;
    };
    const run = async (command: string, ...args: unknown[]): Promise<null> => {
      await vscode.commands.executeCommand(command, ...args);
      return null;
    };
    return {
      ready: async () => (await this.#session).state,
      send: ({ text }) => withSession((session) => session.send(text)),
      stop: () => withSession((session) => session.stop()),
      regenerate: () => withSession((session) => session.regenerate()),
      edit: ({ messageId, text }) => withSession((session) => session.edit(messageId, text)),
      selectModel: ({ modelId }) => withSession((session) => session.selectModel(modelId)),
      setSystemPrompt: ({ text }) => withSession((session) => session.setSystemPrompt(text)),
      deployModel: () => run(commandIds.deployModel, { task: "chat" }),
      showLog: () => run(commandIds.showLog),
      ...answerActions(this.#options.lastEditor),
    };
  }
}

export function createChatWebview(): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel(
    panelIds.chat,
    vscode.l10n.t("Chat"),
    { viewColumn: vscode.ViewColumn.Active },
    { enableScripts: true, enableFindWidget: true },
  );
}
