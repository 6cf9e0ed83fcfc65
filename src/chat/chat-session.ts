import { randomUUID } from "node:crypto";
import { deferred } from "../common/async";
import { AppError, toAppError } from "../common/errors";
import { Emitter } from "../common/event";
import { type Disposable, DisposableStore } from "../common/disposable";
import type { Deployments } from "../engine/deployments";
import type { ChatActivity, ChatDelta, ChatViewState } from "../protocol/chat-view";
import type { ChatEvent, ChatResult, Sampling } from "../protocol/engine";
import type { MessageChange, StoredChat, StoredMessage } from "../protocol/store";
import type { Store } from "../store/store-client";
import { buildTurns, titleOf } from "./conversation";
import { chatModels, loadingModels } from "./models";
import { StartingPrompt } from "./starting-prompt";

/** A growing answer is saved this often, so that a crash costs two seconds of text at most. */
const saveEveryMs = 2_000;

export interface ChatSessionOptions {
  chatId: string;
  store: Pick<Store, "request">;
  deployments: Pick<Deployments, "list" | "get" | "chat" | "onDidChange">;
  sampling: (modelId: string) => Promise<Sampling>;
  /** Of a new chat with the model, or with none yet. */
  defaultSystemPrompt: (modelId: string | undefined) => Promise<string>;
  /** Whether there is a chat model that could be deployed. */
  canDeploy: () => boolean;
  /** Words an error in the person's language. */
  describeError: (error: AppError) => string;
}

/** One conversation: its messages, the model that answers, and the answer being written. */
export class ChatSession implements Disposable {
  readonly chatId: string;
  readonly #options: ChatSessionOptions;
  readonly #own = new DisposableStore();
  readonly #changed = this.#own.add(new Emitter<ChatViewState>());
  readonly #streamed = this.#own.add(new Emitter<ChatDelta>());
  readonly onDidChange = this.#changed.event;
  readonly onDidStream = this.#streamed.event;
  readonly #startingPrompt: StartingPrompt;
  #chat: StoredChat;
  #isStored = false;
  #selectedModelId: string | null = null;
  #activity: ChatActivity = { type: "idle" };
  #running: { controller: AbortController; done: Promise<unknown> } | undefined;

  /** Opens a stored chat, or begins a new one that is stored with its first message. */
  static async open(options: ChatSessionOptions): Promise<ChatSession> {
    const stored = await options.store.request("getChat", { chatId: options.chatId });
    return new ChatSession(options, stored);
  }

  private constructor(options: ChatSessionOptions, stored: StoredChat | null) {
    this.#options = options;
    this.chatId = options.chatId;
    const now = Date.now();
    this.#isStored = stored !== null;
    this.#chat = stored ?? {
      id: options.chatId,
      title: "",
      systemPrompt: "",
      createdAt: now,
      updatedAt: now,
      messages: [],
    };
    this.#startingPrompt = new StartingPrompt(options.defaultSystemPrompt, (systemPrompt) => {
      this.#chat = { ...this.#chat, systemPrompt };
      this.#fire();
    });
    if (stored) {
      this.#startingPrompt.close();
    }
    this.#own.add(options.deployments.onDidChange(() => this.#followModel()));
    this.#followModel();
  }

  get state(): ChatViewState {
    const deployments = this.#options.deployments.list();
    const models = chatModels(deployments);
    const selected = models.find(({ id }) => id === this.#selectedModelId) ?? models[0];
    const last = this.#chat.messages.findLast(({ statistics }) => statistics !== undefined)?.statistics;
    return {
      chatId: this.chatId,
      title: this.#chat.title,
      systemPrompt: this.#chat.systemPrompt,
      messages: this.#chat.messages,
      models,
      selectedModelId: selected?.id ?? null,
      loading: loadingModels(deployments),
      activity: this.#activity,
      usedTokens: last ? last.promptTokens + last.generatedTokens : null,
      canDeploy: this.#options.canDeploy(),
    };
  }

  /** Re-announces the state; for when something it depends on changed elsewhere. */
  refresh(): void {
    this.#fire();
  }

  selectModel(modelId: string): void {
    this.#selectedModelId = modelId;
    this.#followModel();
  }

  /** Follows a title that was stored elsewhere. */
  rename(title: string): void {
    this.#chat = { ...this.#chat, title };
    this.#fire();
  }

  async setSystemPrompt(text: string): Promise<void> {
    this.#startingPrompt.close();
    this.#chat = { ...this.#chat, systemPrompt: text };
    if (this.#isStored) {
      await this.#save({ systemPrompt: text });
    }
    this.#fire();
  }

  /** Stores the message and starts the answer; resolves once the answer has begun. */
  async send(text: string): Promise<void> {
    const question = userMessage(text);
    return this.#answer(() => Promise.resolve([question]));
  }

  /** Answers the last question again. */
  regenerate(): Promise<void> {
    return this.#answer(async () => {
      const last = this.#chat.messages.at(-1);
      if (!last) {
        throw new AppError("invalid-input", "There is no message to answer.");
      }
      if (last.role === "assistant") {
        await this.#truncate(last.id);
      }
      return [];
    });
  }

  /** Replaces a question and everything after it. */
  edit(messageId: string, text: string): Promise<void> {
    return this.#answer(async () => {
      const question = userMessage(text);
      if (this.#message(messageId).role === "user") {
        await this.#truncate(messageId);
      }
      return [question];
    });
  }

  /** Stops the answer; what was written of it stays. */
  async stop(): Promise<void> {
    this.#running?.controller.abort();
    await this.#running?.done;
  }

  dispose(): void {
    this.#running?.controller.abort();
    this.#own.dispose();
  }

  #readyModel(): { id: string; name: string } {
    if (this.#running) {
      throw new AppError("model-busy", "Wait for the answer, or stop it first.");
    }
    const { models, selectedModelId } = this.state;
    const model = models.find(({ id }) => id === selectedModelId);
    if (!model) {
      throw new AppError("engine-stopped", "No chat model is running. Deploy one first.");
    }
    return model;
  }

  /** Lets `prepare` bring the conversation to the question, then stores and starts its answer. */
  async #answer(prepare: () => Promise<StoredMessage[]>): Promise<void> {
    const model = this.#readyModel();
    const controller = new AbortController();
    const { promise: done, resolve: finish } = deferred<undefined>();
    // Set before the first await, so that a second message sent meanwhile is refused.
    this.#running = { controller, done };
    const answer: StoredMessage = {
      id: randomUUID(),
      role: "assistant",
      text: "",
      status: "streaming",
      createdAt: Date.now(),
      modelName: model.name,
    };
    let sampling: Sampling;
    try {
      sampling = await this.#options.sampling(model.id);
      await this.#startingPrompt.settle(model.id);
      await this.#append([...(await prepare()), answer]);
    } catch (error) {
      this.#running = undefined;
      finish(undefined);
      throw error;
    }
    void this.#generate(model.id, answer.id, sampling, controller.signal).finally(() => {
      this.#running = undefined;
      this.#activity = { type: "idle" };
      finish(undefined);
      this.#fire();
    });
  }

  async #generate(
    modelId: string,
    messageId: string,
    sampling: Sampling,
    signal: AbortSignal,
  ): Promise<void> {
    this.#activity = { type: "waiting" };
    this.#fire();
    const turns = buildTurns(this.#chat.systemPrompt, this.#chat.messages.slice(0, -1));
    let saved = "";
    const saver = setInterval(() => {
      const { text } = this.#message(messageId);
      if (text === saved) {
        return;
      }
      saved = text;
      void this.#options.store.request("updateMessage", { messageId, change: { text } }).catch(() => {
        // The final save reports what is wrong with the store.
      });
    }, saveEveryMs);
    try {
      const result = await this.#options.deployments.chat(
        modelId,
        { turns, sampling, conversation: this.#chat.id },
        {
          signal,
          onEvent: (event) => this.#receive(messageId, event),
        },
      );
      await this.#finish(messageId, finalChange(result));
    } catch (error) {
      await this.#finish(messageId, this.#failure(messageId, toAppError(error), signal));
    } finally {
      clearInterval(saver);
    }
  }

  /** Events come as seldom as a page needs them: the engine sends text in bundles, and progress once a chunk. */
  #receive(messageId: string, event: ChatEvent): void {
    const text = event.type === "text" ? event.text : "";
    this.#activity = event.type === "text" ? { type: "generating" } : event;
    this.#change(messageId, { text: this.#message(messageId).text + text });
    this.#streamed.fire({ messageId, text, activity: this.#activity });
  }

  #failure(messageId: string, error: AppError, signal: AbortSignal): MessageChange {
    const { text } = this.#message(messageId);
    return signal.aborted && error.code === "aborted"
      ? { text, status: "stopped" }
      : { text, status: "failed", error: this.#options.describeError(error) };
  }

  /** A store that cannot save is told to the person in the message; the text stays on the page. */
  async #finish(messageId: string, change: MessageChange): Promise<void> {
    this.#change(messageId, change);
    try {
      await this.#options.store.request("updateMessage", { messageId, change });
    } catch (error) {
      this.#change(messageId, { status: "failed", error: this.#options.describeError(toAppError(error)) });
    }
  }

  /** Which model would answer may have changed. */
  #followModel(): void {
    void this.#startingPrompt.follow(this.state.selectedModelId ?? undefined);
    this.#fire();
  }

  async #append(messages: StoredMessage[]): Promise<void> {
    const { store } = this.#options;
    if (!this.#isStored) {
      const title = titleOf(messages[0]?.text ?? "");
      const { id, systemPrompt, createdAt } = this.#chat;
      this.#startingPrompt.close();
      await store.request("createChat", { chat: { id, title, systemPrompt, createdAt } });
      this.#isStored = true;
      this.#chat = { ...this.#chat, title };
    }
    await store.request("addMessages", { chatId: this.chatId, messages });
    this.#chat = { ...this.#chat, messages: [...this.#chat.messages, ...messages], updatedAt: Date.now() };
  }

  async #truncate(fromMessageId: string): Promise<void> {
    await this.#options.store.request("truncateChat", { chatId: this.chatId, fromMessageId });
    const index = this.#chat.messages.findIndex(({ id }) => id === fromMessageId);
    this.#chat = { ...this.#chat, messages: this.#chat.messages.slice(0, index) };
  }

  #save(change: { systemPrompt: string }): Promise<null> {
    return this.#options.store.request("updateChat", { chatId: this.chatId, change, at: Date.now() });
  }

  #message(messageId: string): StoredMessage {
    const message = this.#chat.messages.find(({ id }) => id === messageId);
    if (!message) {
      throw new AppError("internal", "The message {0} is gone.", [messageId]);
    }
    return message;
  }

  #change(messageId: string, change: MessageChange): void {
    const messages = this.#chat.messages.map((message) =>
      message.id === messageId ? { ...message, ...change } : message,
    );
    this.#chat = { ...this.#chat, messages };
  }

  #fire(): void {
    this.#changed.fire(this.state);
  }
}

function finalChange({ text, ...statistics }: ChatResult): MessageChange {
  return { text, statistics, status: statistics.stopReason === "aborted" ? "stopped" : "complete" };
}

function userMessage(text: string): StoredMessage {
  if (text.trim().length === 0) {
    throw new AppError("empty-prompt", "Type a message first.");
  }
  return { id: randomUUID(), role: "user", text, status: "complete", createdAt: Date.now() };
}
