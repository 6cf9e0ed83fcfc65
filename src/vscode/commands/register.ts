import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import type { Logger } from "../../common/logger";
import { showError } from "../notifications";
import { TreeElement } from "../tree/tree-elements";

// The tree passes the node it was invoked on, the Explorer what was clicked and what is selected, other
// callers an id or nothing.
type CommandHandler = (...args: never[]) => unknown;

/** Registers commands whose errors are shown to the person instead of VS Code's bare failure message. */
export function registerCommands(logger: Logger, handlers: Record<string, CommandHandler>): Disposable {
  const own = new DisposableStore();
  for (const [id, handler] of Object.entries(handlers)) {
    own.add(
      vscode.commands.registerCommand(id, async (...args: unknown[]) => {
        try {
          return await handler(...(args.map(unwrap) as never[]));
        } catch (error) {
          void showError(error, logger);
          return undefined;
        }
      }),
    );
  }
  return own;
}

function unwrap(argument: unknown): unknown {
  return argument instanceof TreeElement ? argument.node : argument;
}
