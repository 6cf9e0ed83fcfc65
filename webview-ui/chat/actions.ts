import type { MarkdownActions } from "../shared/markdown/markdown-view";
import type { ChatClient } from "./client";

/** What the parts of the page can do. One object for the page's life, so passing it never renders anything. */
export interface ChatActions extends MarkdownActions {
  send: (text: string) => Promise<boolean>;
  stop: () => void;
  regenerate: () => void;
  edit: (messageId: string, text: string) => Promise<boolean>;
  selectModel: (modelId: string) => void;
  setSystemPrompt: (text: string) => Promise<boolean>;
  deployModel: () => void;
  showLog: () => void;
}

export function createActions(client: ChatClient): ChatActions {
  return {
    send: (text) => client.call("send", { text }),
    stop: () => void client.call("stop", null),
    regenerate: () => void client.call("regenerate", null),
    edit: (messageId, text) => client.call("edit", { messageId, text }),
    selectModel: (modelId) => void client.call("selectModel", { modelId }),
    setSystemPrompt: (text) => client.call("setSystemPrompt", { text }),
    deployModel: () => void client.call("deployModel", null),
    showLog: () => void client.call("showLog", null),
    copy: (text) => client.call("copy", { text }),
    insertIntoEditor: (text) => void client.call("insertIntoEditor", { text }),
    openLink: (url) => void client.call("openLink", { url }),
  };
}
