/** Everything that package.json contributes, typed once; a test compares the two. */
export const commandIds = {
  pullModel: "localModels.pullModel",
  deployModel: "localModels.deployModel",
  stopModel: "localModels.stopModel",
  stopAll: "localModels.stopAll",
  deleteModel: "localModels.deleteModel",
  openChat: "localModels.openChat",
  newChat: "localModels.newChat",
  chatHistory: "localModels.chatHistory",
  showLog: "localModels.showLog",
  refresh: "localModels.refresh",
  setHubToken: "localModels.setHubToken",
  clearHubToken: "localModels.clearHubToken",
  openModelsFolder: "localModels.openModelsFolder",
  openSettings: "localModels.openSettings",
  showHardware: "localModels.showHardware",
  editConfiguration: "localModels.editConfiguration",
  treePull: "localModels.tree.pull",
  treePullOther: "localModels.tree.pullOther",
  treeCancelPull: "localModels.tree.cancelPull",
  treeDiscard: "localModels.tree.discard",
  treeDeploy: "localModels.tree.deploy",
  treeCancelDeploy: "localModels.tree.cancelDeploy",
  treeStop: "localModels.tree.stop",
  treeDismiss: "localModels.tree.dismiss",
  treeDelete: "localModels.tree.delete",
  treeChat: "localModels.tree.chat",
  treeOpenModelPage: "localModels.tree.openModelPage",
  treeReveal: "localModels.tree.reveal",
  treeCopyId: "localModels.tree.copyId",
  treeShowLog: "localModels.tree.showLog",
  treeEditConfiguration: "localModels.tree.editConfiguration",
} as const;

export const viewIds = { models: "localModels.models" } as const;

export const panelIds = { chat: "localModels.chat" } as const;

/** Context keys and the values that `when` clauses compare them with. */
export const contextKeys = { state: "localModels.state" } as const;
export type ViewState = "noFolder" | "empty" | "ready";

export const settingIds = {
  modelsFolder: "modelsFolder",
  hubEndpoint: "hub.endpoint",
  contextLength: "contextLength",
  gpu: "gpu",
  vramLimitPercent: "vramLimitPercent",
  threads: "threads",
  keepAlive: "keepAlive",
  systemPrompt: "chat.systemPrompt",
  temperature: "chat.temperature",
  topP: "chat.topP",
  topK: "chat.topK",
  minP: "chat.minP",
  repeatPenalty: "chat.repeatPenalty",
  maxTokens: "chat.maxTokens",
  seed: "chat.seed",
} as const;

export const settingsSection = "localModels";
