import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import type { LocalModelsApi } from "../../src/vscode/api";

export const extensionId = "local-models.local-models";

/** The extension under test, as another extension would reach it. */
export async function activateExtension(): Promise<LocalModelsApi> {
  const extension = vscode.extensions.getExtension<LocalModelsApi>(extensionId);
  assert.ok(extension, `${extensionId} is not installed`);
  return extension.activate();
}

/** Waits for something that must become true; the bound only keeps a broken test from hanging. */
export async function until(condition: () => boolean, what: string, withinMs = 20_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!condition()) {
    assert.ok(Date.now() < end, `Waited ${withinMs} ms in vain for ${what}.`);
    await sleep(50);
  }
}

export async function useHub(url: string): Promise<void> {
  await vscode.workspace
    .getConfiguration("localModels")
    .update("hub.endpoint", url, vscode.ConfigurationTarget.Global);
}
