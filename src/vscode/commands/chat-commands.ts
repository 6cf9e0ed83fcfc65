import * as vscode from "vscode";
import type { Disposable } from "../../common/disposable";
import type { Logger } from "../../common/logger";
import type { ChatSummary } from "../../protocol/store";
import type { Store } from "../../store/store-client";
import { commandIds } from "../ids";
import type { ChatPanels } from "../panels/chat-panels";
import type { TreeNode } from "../tree/nodes";
import { registerCommands } from "./register";

export function registerChatCommands(panels: ChatPanels, store: Store, logger: Logger): Disposable {
  return registerCommands(logger, {
    [commandIds.openChat]: (modelId?: unknown) =>
      panels.open(typeof modelId === "string" ? modelId : undefined),
    [commandIds.newChat]: () => panels.openNew(),
    [commandIds.treeChat]: (node?: TreeNode) => {
      if (node?.type === "running") {
        return panels.open(node.deployment.target.id);
      }
      return panels.open(node?.type === "downloaded" ? node.model.id : undefined);
    },
    [commandIds.chatHistory]: () => showHistory(panels, store),
  });
}

interface ChatItem extends vscode.QuickPickItem {
  chatId: string;
}

async function showHistory(panels: ChatPanels, store: Store): Promise<void> {
  const chats = await store.request("listChats", null);
  if (chats.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("There are no chats yet."));
    return;
  }
  const rename = { iconPath: new vscode.ThemeIcon("edit"), tooltip: vscode.l10n.t("Rename") };
  const remove = { iconPath: new vscode.ThemeIcon("trash"), tooltip: vscode.l10n.t("Delete") };
  const pick = vscode.window.createQuickPick<ChatItem>();
  const show = (list: ChatSummary[]) => {
    pick.items = list.map((chat) => ({ ...chatItem(chat), buttons: [rename, remove] }));
  };
  pick.title = vscode.l10n.t("Chat History");
  pick.placeholder = vscode.l10n.t("Choose a chat to open");
  show(chats);

  pick.onDidAccept(() => {
    const [chosen] = pick.selectedItems;
    pick.hide();
    if (chosen) {
      void panels.openStored(chosen.chatId);
    }
  });
  pick.onDidTriggerItemButton(async ({ button, item }) => {
    if (button === remove) {
      panels.close(item.chatId);
      await store.request("deleteChat", { chatId: item.chatId });
    } else {
      pick.hide();
      const title = await vscode.window.showInputBox({
        title: vscode.l10n.t("Rename Chat"),
        value: item.label,
      });
      if (title === undefined || title.trim() === "") {
        return;
      }
      await store.request("updateChat", {
        chatId: item.chatId,
        change: { title: title.trim() },
        at: Date.now(),
      });
      panels.rename(item.chatId, title.trim());
      return;
    }
    show(await store.request("listChats", null));
  });
  pick.onDidHide(() => pick.dispose());
  pick.show();
}

function chatItem(chat: ChatSummary): ChatItem {
  return {
    label: chat.title || vscode.l10n.t("Untitled chat"),
    description: vscode.l10n.t(
      "{0} messages · {1}",
      chat.messageCount,
      new Date(chat.updatedAt).toLocaleString(vscode.env.language, {
        dateStyle: "medium",
        timeStyle: "short",
      }),
    ),
    chatId: chat.id,
  };
}
