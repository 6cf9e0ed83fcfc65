import { type Disposable, DisposableStore } from "../../common/disposable";
import { registerCommands } from "../commands/register";
import { commandIds, panelIds } from "../ids";
import { createEvaluationWebview, EvaluationPanel, type EvaluationPanelOptions } from "./evaluation-panel";
import { SinglePanel } from "./single-panel";

/** The results of evaluations and the command that shows them: the list, or one evaluation when it is given its id. */
export function registerEvaluationResults(options: EvaluationPanelOptions): Disposable {
  const own = new DisposableStore();
  const tab = own.add(
    new SinglePanel({
      viewType: panelIds.evaluation,
      create: createEvaluationWebview,
      attach: (webview) => new EvaluationPanel(webview, options),
    }),
  );
  own.add(
    registerCommands(options.logger, {
      [commandIds.showEvaluations]: (evaluationId?: unknown) =>
        tab.get().reveal(typeof evaluationId === "string" ? evaluationId : undefined),
    }),
  );
  return own;
}
