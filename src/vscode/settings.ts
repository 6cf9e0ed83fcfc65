import os from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import type { LoadParams, Sampling } from "../protocol/engine";
import { settingIds, settingsSection } from "./ids";

/** Types of the settings, as package.json declares them. */
interface SettingTypes {
  modelsFolder: string;
  "hub.endpoint": string;
  contextLength: number;
  gpu: LoadParams["gpu"];
  vramLimitPercent: number;
  threads: number;
  keepAlive: number;
  "chat.systemPrompt": string;
  "chat.temperature": number;
  "chat.topP": number;
  "chat.topK": number;
  "chat.minP": number;
  "chat.repeatPenalty": number;
  "chat.maxTokens": number;
  "chat.seed": number | null;
  "photos.exclude": Record<string, boolean>;
}

/** Reads a setting; package.json declares its default, so one is always there. */
function read<Id extends keyof SettingTypes>(id: Id, scope?: vscode.Uri): SettingTypes[Id] {
  const value = vscode.workspace.getConfiguration(settingsSection, scope).get<SettingTypes[Id]>(id);
  if (value === undefined) {
    throw new Error(`The setting ${settingsSection}.${id} has no default.`);
  }
  return value;
}

export const settings = {
  /** Absolute path of the models folder; undefined while no folder is open and none is set absolutely. */
  modelsFolder: (): string | undefined => {
    const configured = read(settingIds.modelsFolder).trim() || "models";
    const expanded = configured.replace(/^~(?=$|[\\/])/, os.homedir());
    if (path.isAbsolute(expanded)) {
      return path.normalize(expanded);
    }
    const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === "file");
    return folder && path.resolve(folder.uri.fsPath, expanded);
  },

  hubEndpoint: (): string => read(settingIds.hubEndpoint).trim(),

  load: (): Pick<LoadParams, "contextLength" | "gpu" | "vramShare" | "threads"> => ({
    contextLength: read(settingIds.contextLength),
    gpu: read(settingIds.gpu),
    vramShare: read(settingIds.vramLimitPercent) / 100,
    threads: read(settingIds.threads),
  }),

  /** How long an unused model stays in memory, in milliseconds; 0 is until it is stopped. */
  keepAliveMs: (): number => read(settingIds.keepAlive) * 60_000,

  systemPrompt: (): string => read(settingIds.systemPrompt),

  /** Globs of pictures in this workspace folder that are not indexed, besides `files.exclude`. */
  photosExclude: (folder: vscode.Uri): Record<string, boolean> => read(settingIds.photosExclude, folder),

  sampling: (): Sampling => ({
    temperature: read(settingIds.temperature),
    topP: read(settingIds.topP),
    topK: read(settingIds.topK),
    minP: read(settingIds.minP),
    repeatPenalty: read(settingIds.repeatPenalty),
    maxTokens: read(settingIds.maxTokens),
    seed: read(settingIds.seed) ?? undefined,
  }),
};
