import * as vscode from "vscode";

const secretKey = "huggingface.token";

/** The hub token a person entered; kept by VS Code's secret storage and nowhere else. */
export class HubToken {
  readonly #secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  async get(): Promise<string | undefined> {
    return this.#secrets.get(secretKey);
  }

  async ask(): Promise<void> {
    const token = await vscode.window.showInputBox({
      title: vscode.l10n.t("Hugging Face Token"),
      prompt: vscode.l10n.t(
        "Needed for gated and private models. It is stored by VS Code and sent to the hub only.",
      ),
      placeHolder: "hf_…",
      password: true,
      ignoreFocusOut: true,
      validateInput: (value) =>
        value.trim() === "" || /^[\x21-\x7e]+$/.test(value.trim())
          ? undefined
          : vscode.l10n.t("A token has letters, digits and signs only."),
    });
    if (token !== undefined && token.trim() !== "") {
      await this.#secrets.store(secretKey, token.trim());
      void vscode.window.showInformationMessage(vscode.l10n.t("The token is stored."));
    }
  }

  async forget(): Promise<void> {
    await this.#secrets.delete(secretKey);
    void vscode.window.showInformationMessage(vscode.l10n.t("The token is forgotten."));
  }
}
