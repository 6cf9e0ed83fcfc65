import { formatNumber, t } from "../shared/l10n";

/** Every sentence of the chat page. Functions, because the translations arrive after this module loads. */
export const strings = {
  // Page
  chat: () => t("Chat"),
  loadingChat: () => t("Loading the chat…"),
  notLoaded: () => t("The chat could not be loaded"),
  retry: () => t("Try Again"),
  showLog: () => t("Show Log"),
  notDisplayable: () => t("This message could not be displayed as formatted text."),

  // Header
  chatControls: () => t("Chat controls"),
  modelNamed: (name: string) => t("Model: {0}", name),
  noModel: () => t("No model"),
  chooseModel: () => t("Choose a model"),
  deploy: () => t("Deploy…"),
  demo: () => t("Demo"),
  demoOption: (name: string) => t("{0} (Demo)", name),
  modelOption: (name: string, contextLength: number) =>
    t("{0} · {1} tokens", name, formatNumber(contextLength)),
  loadingModel: (name: string, percent: number) => t("{0} loading {1} %", name, formatNumber(percent)),
  contextUse: () => t("Context in use"),
  tokensOf: (used: number, total: number) => t("{0} of {1} tokens", formatNumber(used), formatNumber(total)),
  contextTooltip: (used: number, total: number) =>
    t(
      "The conversation takes {0} of the {1} tokens that the model can hold.",
      formatNumber(used),
      formatNumber(total),
    ),
  systemPrompt: () => t("System Prompt"),
  systemPromptSet: () => t("System Prompt (set)"),
  systemPromptPlaceholder: () =>
    t("Tell the model how it should answer, for example: Answer in one sentence."),
  systemPromptHint: () => t("Applies to this chat from the next message on."),
  save: () => t("Save"),
  cancel: () => t("Cancel"),

  // Empty states
  noModelRunning: () => t("No chat model is running"),
  noModelRunningHint: () => t("Deploy one to start chatting. Everything stays on this machine."),
  pullFirst: () => t("Pull a chat model first from the Local Models view."),
  chatWith: (name: string) => t("Chat with {0}", name),
  staysHere: () => t("Everything you write stays on this machine."),
  demoNotice: () => t("This tiny demo model only knows a few things. Pull a bigger one for real work."),
  chooseAbove: () => t("Choose a model above to start."),

  // Transcript
  conversation: () => t("Conversation"),
  you: () => t("You"),
  assistant: () => t("Assistant"),
  copyMessage: () => t("Copy Message"),
  copied: () => t("Copied"),
  regenerate: () => t("Answer Again"),
  answerNow: () => t("Answer Now"),
  noAnswerYet: () => t("This message has no answer yet."),
  edit: () => t("Edit Message"),
  editHint: () => t("Saving drops everything after this message and answers it again."),
  thinking: () => t("Thinking"),
  thinkingNow: () => t("Thinking…"),
  scrollToNewest: () => t("Scroll to the newest"),
  emptyAnswer: () => t("The model gave an empty answer."),
  stopped: () => t("Stopped"),
  interrupted: () => t("Interrupted"),
  contextFull: () => t("The context is full"),
  tokenLimit: () => t("Token limit reached"),
  failed: () => t("The answer failed."),

  // Activity
  waiting: () => t("Waiting for the model…"),
  readingPrompt: () => t("Reading the prompt"),
  readingPromptPercent: (percent: number) => t("Reading the prompt {0} %", formatNumber(percent)),
  generating: () => t("Generating…"),
  answerComplete: (text: string) => t("Answer complete. {0}", text),
  answerStopped: () => t("The answer was stopped."),
  answerFailed: (sentence: string) => t("The answer failed. {0}", sentence),

  // Statistics
  tokensPerSecond: (rate: number) => t("{0} tokens/s", formatNumber(rate, 1)),
  firstTokenAfter: (seconds: number) => t("first token after {0} s", formatNumber(seconds, 2)),
  tokens: (count: number) => (count === 1 ? t("1 token") : t("{0} tokens", formatNumber(count))),
  promptTokens: (count: number) => t("Prompt: {0} tokens", formatNumber(count)),
  reusedTokens: (count: number) => t("Reused from before: {0}", formatNumber(count)),
  evaluatedTokens: (count: number) => t("Newly read: {0}", formatNumber(count)),
  stopReason: (reason: string) => t("Ended: {0}", reason),
  endedByModel: () => t("the model finished"),
  endedByLimit: () => t("the token limit was reached"),
  endedByContext: () => t("the context is full"),
  endedByPerson: () => t("you stopped it"),

  // Composer
  message: () => t("Message"),
  composer: () => t("Write a message"),
  messagePlaceholder: (name: string) => t("Message {0}", name),
  deployFirst: () => t("Deploy a chat model to send a message"),
  modelLoading: () => t("The model is still loading…"),
  chooseFirst: () => t("Choose a model to send a message"),
  send: () => t("Send (Enter)"),
  stop: () => t("Stop (Escape)"),
};
