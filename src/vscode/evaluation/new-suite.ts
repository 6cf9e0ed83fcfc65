import * as vscode from "vscode";
import { suiteText } from "../../evaluation/suite/suite-text";
import { newSuite, sequenceTemplates } from "../../evaluation/templates/templates";
import type { Library } from "../../library/library";
import { pickChatModel } from "./pick-models";
import { createSuiteFile, suitesFolder } from "./target-files";

const longestName = 200;

/** *New Evaluation…*: sample sequences, a judge and a name become a suite to edit. */
export async function newEvaluation(library: Library): Promise<void> {
  suitesFolder();
  const title = vscode.l10n.t("New Evaluation");
  const templates = await vscode.window.showQuickPick(
    sequenceTemplates.map(({ id, description, sequence }) => ({
      label: sequence.name,
      detail: description,
      picked: true,
      id,
    })),
    {
      title,
      placeHolder: vscode.l10n.t("Choose sample sequences of prompts"),
      canPickMany: true,
      matchOnDetail: true,
    },
  );
  if (!templates || templates.length === 0) {
    return;
  }
  const judgeModel = await pickChatModel(library, {
    title,
    placeHolder: vscode.l10n.t("Choose the model that judges the responses"),
    none: vscode.l10n.t("No judge"),
  });
  const name = judgeModel === undefined ? undefined : await askName(title);
  if (name !== undefined) {
    const ids = templates.map(({ id }) => id);
    const suite = newSuite(name, ids, { models: [], judgeModel: judgeModel ?? undefined });
    await createSuiteFile(name, suiteText(suite));
  }
}

async function askName(title: string): Promise<string | undefined> {
  const name = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t("Name of the evaluation"),
    value: vscode.l10n.t("Story writing"),
    validateInput: (value) => {
      if (value.trim() === "") {
        return vscode.l10n.t("Enter a name.");
      }
      return value.length > longestName
        ? vscode.l10n.t("At most {0} characters are possible.", longestName)
        : undefined;
    },
  });
  return name?.trim();
}
