import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import type { Logger } from "../../common/logger";
import type { Deployments } from "../../engine/deployments";
import type { Hardware } from "../hardware";
import { type HardwareSection, hardwareText, rowText } from "../hardware-text";
import { commandIds } from "../ids";
import { registerCommands } from "./register";

export function registerHardwareCommands(
  hardware: Hardware,
  deployments: Deployments,
  logger: Logger,
): Disposable {
  return registerCommands(logger, {
    [commandIds.showHardware]: () => showHardware(hardware, deployments),
  });
}

interface RowItem extends vscode.QuickPickItem {
  text?: string;
}

const icons: Record<HardwareSection["about"], string> = {
  processor: "circuit-board",
  memory: "server",
  graphics: "device-desktop",
  models: "vm-active",
};

/** A list that stays up to date while it is open; a row, or all of them, can be copied. */
function showHardware(hardware: Hardware, deployments: Deployments): void {
  const own = new DisposableStore();
  const pick = own.add(vscode.window.createQuickPick<RowItem>());
  const copyRow = { iconPath: new vscode.ThemeIcon("copy"), tooltip: vscode.l10n.t("Copy") };
  const copyAll = { iconPath: new vscode.ThemeIcon("copy"), tooltip: vscode.l10n.t("Copy as Text") };
  const refresh = { iconPath: new vscode.ThemeIcon("refresh"), tooltip: vscode.l10n.t("Refresh") };
  const copy = async (text: string) => {
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(vscode.l10n.t("Copied"), 2000);
  };
  const show = () => (pick.items = items(hardware, copyRow));
  const ask = async () => {
    pick.busy = true;
    await hardware.refresh();
    pick.busy = false;
  };
  pick.title = vscode.l10n.t("Hardware");
  pick.placeholder = vscode.l10n.t("Choose a row to copy it");
  pick.matchOnDescription = true;
  pick.keepScrollPosition = true;
  pick.buttons = [copyAll, refresh];
  own.add(
    pick.onDidTriggerButton(
      (button) => void (button === refresh ? ask() : copy(hardwareText(hardware.sections()))),
    ),
  );
  own.add(pick.onDidTriggerItemButton(({ item }) => void copy(item.text ?? "")));
  own.add(
    pick.onDidAccept(() => {
      void copy(pick.selectedItems[0]?.text ?? "");
      pick.hide();
    }),
  );
  own.add(hardware.onDidChange(show));
  own.add(deployments.onDidChange(show));
  own.add(pick.onDidHide(() => own.dispose()));
  show();
  pick.show();
  void ask();
}

function items(hardware: Hardware, copyRow: vscode.QuickInputButton): RowItem[] {
  return hardware.sections().flatMap(({ about, title, rows }): RowItem[] => [
    { label: title, kind: vscode.QuickPickItemKind.Separator },
    ...rows.map((row) => ({
      ...row,
      iconPath: new vscode.ThemeIcon(icons[about]),
      buttons: [copyRow],
      text: rowText(row),
    })),
  ]);
}
