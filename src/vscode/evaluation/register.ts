import type * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import type { Logger } from "../../common/logger";
import type { Deployments } from "../../engine/deployments";
import { PatternWorker } from "../../evaluation/checks/pattern-worker";
import { EvaluationRunner } from "../../evaluation/run/runner";
import type { Library } from "../../library/library";
import type { Store } from "../../store/store-client";
import { registerEvaluationCommands } from "../commands/evaluation-commands";
import type { ModelConfigurations } from "../model-configurations";
import { describeError } from "../notifications";
import { EvaluationActions } from "./evaluation-actions";
import { EvaluationEnds } from "./evaluation-ends";
import { EvaluationOutput } from "./evaluation-output";
import { EvaluationProgress } from "./evaluation-progress";
import { EvaluationStatusItem } from "./evaluation-status";
import { MissingModels } from "./missing-models";
import { libraryModels } from "./model-source";
import { EvaluationPicker } from "./pick-evaluation";
import { offerToResume } from "./resume-offer";
import { EvaluationStarter } from "./start-evaluation";
import { SuiteDiagnostics } from "./suite-diagnostics";
import { SuiteFiles } from "./suite-files";
import { SuiteLenses } from "./suite-lenses";
import { SuiteScores } from "./suite-scores";
import { SuiteTests } from "./suite-tests";

export interface EvaluationOptions {
  library: Library;
  deployments: Deployments;
  configurations: ModelConfigurations;
  store: Store;
  /** Where the store is, so that it is not made for nothing. */
  storeFolder: string;
  /** `check-worker.js`. */
  checkWorkerPath: string;
  memento: vscode.Memento;
  logger: Logger;
}

export interface EvaluationFeature extends Disposable {
  readonly runner: EvaluationRunner;
  /** Ends what runs and stores how far it came; models and store must still be there. */
  stop: () => Promise<void>;
}

/** Evaluation as VS Code shows it: suites in editors, commands, output, status bar and Testing view. */
export function registerEvaluation(options: EvaluationOptions): EvaluationFeature {
  const { library, deployments, configurations, store, logger } = options;
  const own = new DisposableStore();
  const patterns = own.add(new PatternWorker(options.checkWorkerPath));
  const models = libraryModels(library, configurations);
  const runner = own.add(new EvaluationRunner({ store, deployments, models, patterns, describeError }));
  const quiet = new Set<string>();
  const isQuiet = (evaluationId: string) => quiet.has(evaluationId);

  const output = own.add(new EvaluationOutput(store, runner));
  own.add(new EvaluationStatusItem(runner));
  own.add(new EvaluationProgress(runner, isQuiet));
  own.add(new EvaluationEnds(store, runner, output, isQuiet, logger));

  const files = own.add(new SuiteFiles(logger));
  own.add(new SuiteDiagnostics(files));
  own.add(new MissingModels(files, library));
  const scores = own.add(new SuiteScores(store, runner, logger));
  own.add(new SuiteLenses(files, scores));

  const picker = new EvaluationPicker(store, runner);
  const starter = new EvaluationStarter({ files, runner, library, deployments });
  const beQuiet = (evaluationId: string) => quiet.add(evaluationId);
  own.add(new SuiteTests(files, { starter, runner, store, beQuiet }));
  const actions = new EvaluationActions({ store, runner, library, picker });
  own.add(registerEvaluationCommands({ actions, files, library, output, picker, starter, store, logger }));
  void offerToResume(picker, options.storeFolder, options.memento, logger);
  return { runner, stop: () => runner.close(), dispose: () => own.dispose() };
}
