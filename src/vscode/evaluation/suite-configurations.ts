import { readFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { type AppError, errnoCode } from "../../common/errors";
import {
  type EvaluationConfiguration,
  evaluationConfigurationText,
  parseEvaluationConfiguration,
} from "../../evaluation/configuration/evaluation-configuration";
import { importStorybench, type TextFile } from "../../evaluation/configuration/storybench";
import { defaultJudge } from "../../evaluation/suite/defaults";
import type { Suite, SuiteProblem } from "../../evaluation/suite/suite";
import { suiteText } from "../../evaluation/suite/suite-text";
import type { Library } from "../../library/library";
import { describeError } from "../notifications";
import { pickChatModel } from "./pick-models";
import { SuiteError } from "./start-evaluation";
import { createSuiteFile, fileNameOf, suitesFolder, targetFolder } from "./target-files";

const jsonFilter = { JSON: ["json"] };

/** Saves what a suite is evaluated with, without its prompts. */
export async function saveConfiguration(suite: Suite, library: Library): Promise<void> {
  const title = vscode.l10n.t("Save Evaluation Configuration");
  const [first, ...others] = suite.models;
  const generationModel =
    first !== undefined && others.length === 0 ? first : await pickGenerationModel(suite, library, title);
  if (typeof generationModel !== "string") {
    return;
  }
  const target = await vscode.window.showSaveDialog({
    title,
    defaultUri: targetFolder(`${fileNameOf(suite.name)} configuration.json`),
    filters: jsonFilter,
  });
  if (target) {
    const text = evaluationConfigurationText({
      generationModel,
      evaluationModel: suite.judge?.model,
      useLocalEvaluator: suite.judge !== undefined,
      settings: suite.settings,
      sequences: suite.sequences.map(({ name }) => name),
    });
    await vscode.workspace.fs.writeFile(target, Buffer.from(text, "utf8"));
    await vscode.window.showTextDocument(target);
  }
}

/** Asks for a saved configuration; undefined when the person gave up. @throws SuiteError */
export async function openConfiguration(): Promise<EvaluationConfiguration | undefined> {
  suitesFolder();
  const source = await openJson(vscode.l10n.t("Load Evaluation Configuration"));
  if (!source) {
    return undefined;
  }
  const { configuration, problems, ignored } = parseEvaluationConfiguration(source.file, source.text);
  throwFirst(problems);
  if (ignored.length > 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("What has no meaning here was left out: {0}.", ignored.join(", ")),
    );
  }
  return configuration;
}

/** Makes a suite of another one's prompts with the configuration. */
export async function createConfiguredSuite(
  suite: Suite,
  { generationModel, evaluationModel, useLocalEvaluator, settings, sequences }: EvaluationConfiguration,
): Promise<void> {
  const chosen = suite.sequences.filter(({ name }) => sequences?.includes(name) ?? true);
  const { judge, ...rest } = suite;
  const judgeModel = useLocalEvaluator ? evaluationModel : undefined;
  const text = suiteText({
    ...rest,
    models: [generationModel],
    settings,
    sequences: chosen.length > 0 ? chosen : suite.sequences,
    ...(judgeModel === undefined ? {} : { judge: { ...defaultJudge, ...judge, model: judgeModel } }),
  });
  await createSuiteFile(suite.name, text);
}

/** Makes a suite of a configuration of storybench, and of its prompts where they lie beside it. */
export async function importStorybenchConfiguration(): Promise<void> {
  suitesFolder();
  const source = await openJson(vscode.l10n.t("Import Storybench Configuration"));
  if (!source) {
    return;
  }
  const { suite, notes, problems } = withNotes(importStorybench(source, await promptsBeside(source)));
  throwFirst(problems);
  if (!suite) {
    return;
  }
  await createSuiteFile(suite.name, suiteText(suite));
  if (notes.length > 0) {
    void vscode.window.showInformationMessage(notes.map(describeError).join(" "));
  }
}

function withNotes(imported: ReturnType<typeof importStorybench>) {
  const notes: AppError[] = imported.suite ? imported.notes : [];
  return { suite: imported.suite, notes, problems: imported.problems };
}

async function promptsBeside({ file }: TextFile): Promise<TextFile | undefined> {
  const prompts = path.join(path.dirname(file), "prompts.json");
  try {
    return { file: prompts, text: await readFile(prompts, "utf8") };
  } catch (error) {
    if (errnoCode(error) === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

async function openJson(title: string): Promise<TextFile | undefined> {
  const [uri] =
    (await vscode.window.showOpenDialog({ title, filters: jsonFilter, canSelectMany: false })) ?? [];
  return uri && { file: uri.fsPath, text: await readFile(uri.fsPath, "utf8") };
}

function pickGenerationModel(
  { models }: Suite,
  library: Library,
  title: string,
): Thenable<string | null | undefined> {
  const placeHolder = vscode.l10n.t("Choose the model that is evaluated");
  return models.length === 0
    ? pickChatModel(library, { title, placeHolder })
    : vscode.window.showQuickPick(models, { title, placeHolder });
}

function throwFirst([first]: readonly SuiteProblem[]): void {
  if (first) {
    throw new SuiteError(first);
  }
}
