import { existsSync } from "node:fs";
import * as vscode from "vscode";
import type { Logger } from "../../common/logger";
import type { EvaluationSummary } from "../../protocol/store-evaluations";
import { commandIds } from "../ids";
import type { EvaluationPicker } from "./pick-evaluation";

const offeredKey = "localModels.evaluationsOffered";

/**
 * Offers to go on with evaluations that the end of a window interrupted, once each. A store that is not there
 * yet is not made for that.
 */
export async function offerToResume(
  picker: EvaluationPicker,
  storeFolder: string,
  memento: vscode.Memento,
  logger: Logger,
): Promise<void> {
  if (!existsSync(storeFolder) || !vscode.workspace.isTrusted) {
    return;
  }
  try {
    const interrupted = (await picker.list()).filter(({ status }) => status === "interrupted");
    const offered = new Set(memento.get<string[]>(offeredKey, []));
    const fresh = interrupted.filter((each) => !offered.has(offerOf(each)));
    await memento.update(offeredKey, interrupted.map(offerOf));
    await offer(fresh);
  } catch (error) {
    // Another window has the store, say: then it is that window's evaluation.
    logger.info(`Interrupted evaluations: ${String(error)}`);
  }
}

async function offer([first, ...others]: readonly EvaluationSummary[]): Promise<void> {
  if (!first) {
    return;
  }
  const message =
    others.length === 0
      ? vscode.l10n.t(
          "The evaluation “{0}” was interrupted after {1} of {2} responses.",
          first.name,
          countDone(first),
          first.totalResponses,
        )
      : vscode.l10n.t("{0} evaluations were interrupted.", others.length + 1);
  const resume = others.length === 0 ? vscode.l10n.t("Resume") : vscode.l10n.t("Resume…");
  if ((await vscode.window.showInformationMessage(message, resume)) === resume) {
    await vscode.commands.executeCommand(
      commandIds.resumeEvaluation,
      ...(others.length === 0 ? [first.id] : []),
    );
  }
}

/** One that was resumed and interrupted again is offered again. */
function offerOf(evaluation: EvaluationSummary): string {
  return `${evaluation.id} ${evaluation.startedAt ?? 0} ${countDone(evaluation)}`;
}

function countDone({ responses }: EvaluationSummary): number {
  return responses.ok + responses.failed + responses.skipped;
}
