import path from "node:path";
import * as vscode from "vscode";
import { AppError } from "../../common/errors";
import type { Deployments } from "../../engine/deployments";
import type { EvaluationRunner } from "../../evaluation/run/runner";
import type { Suite, SuiteOutline, SuiteProblem } from "../../evaluation/suite/suite";
import type { Library } from "../../library/library";
import { requireTrust } from "../deploy";
import { partOfSuite, type SuiteSelection, wholeSuite } from "./part-of-suite";
import { pickChatModels } from "./pick-models";
import { describeProblem } from "./suite-diagnostics";
import type { SuiteFiles } from "./suite-files";

/** A suite in a file, or one sequence or prompt of it. */
export interface SuiteTarget {
  /** Absolute path. */
  file: string;
  sequence?: string | undefined;
  prompt?: string | undefined;
}

export interface StarterOptions {
  files: SuiteFiles;
  runner: EvaluationRunner;
  library: Library;
  deployments: Deployments;
}

/** A suite that cannot be run; says where the first problem is. */
export class SuiteError extends AppError {
  constructor(readonly problem: SuiteProblem) {
    super("invalid-input", "“{0}”, line {1}: {2}", [
      path.basename(problem.file),
      problem.line,
      describeProblem(problem),
    ]);
  }
}

/** Begins evaluations of suites in files. */
export class EvaluationStarter {
  readonly #options: StarterOptions;

  constructor(options: StarterOptions) {
    this.#options = options;
  }

  /** Saves the suite, asks for models where it names none, and queues it; undefined when the person gave up. */
  async start(target: SuiteTarget): Promise<string | undefined> {
    requireTrust();
    const uri = vscode.Uri.file(target.file);
    await saveDocument(uri);
    const suite = await this.readSuite(uri);
    const selected = partOfSuite(suite, selectionOf(target, suite));
    if (!selected) {
      throw new AppError("invalid-input", "“{0}” is no longer in the suite.", [
        target.prompt ?? target.sequence ?? "",
      ]);
    }
    return this.startSuite(uri, selected);
  }

  async startSuite(uri: vscode.Uri, suite: Suite): Promise<string | undefined> {
    requireTrust();
    const models = suite.models.length > 0 ? suite.models : await this.#askModels(suite.name);
    return models && this.#options.runner.start({ suite, suiteFile: uri.fsPath, models });
  }

  /** @throws SuiteError where it has problems */
  async readSuite(uri: vscode.Uri): Promise<Suite> {
    return (await this.read(uri)).suite;
  }

  /** With where its parts stand. @throws SuiteError where it has problems */
  async read(uri: vscode.Uri): Promise<{ suite: Suite; outline: SuiteOutline }> {
    const reading = await this.#options.files.read(uri);
    if (!reading) {
      throw new AppError("file-missing", "“{0}” is not there.", [path.basename(uri.fsPath)]);
    }
    if (!reading.suite) {
      const [problem] = reading.problems;
      throw problem
        ? new SuiteError(problem)
        : new AppError("invalid-input", "“{0}” cannot be run.", [path.basename(uri.fsPath)]);
    }
    return reading;
  }

  #askModels(title: string): Promise<string[] | undefined> {
    const { library, deployments } = this.#options;
    return pickChatModels(library, deployments, title);
  }
}

function selectionOf({ sequence, prompt }: SuiteTarget, suite: Suite): SuiteSelection {
  if (sequence === undefined) {
    return wholeSuite(suite);
  }
  return new Map([[sequence, prompt === undefined ? "all" : new Set([prompt])]]);
}

/** What is run is what is on disk. */
async function saveDocument(uri: vscode.Uri): Promise<void> {
  const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  if (document?.isDirty && !(await document.save())) {
    throw new AppError("file-error", "“{0}” could not be saved.", [path.basename(uri.fsPath)]);
  }
}
