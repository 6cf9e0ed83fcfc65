import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";

interface SinglePanelOptions<P> {
  viewType: string;
  create: () => vscode.WebviewPanel;
  /** What runs behind the tab; disposed of with it. */
  attach: (webview: vscode.WebviewPanel) => P;
}

/** A tab of which the window has one at most; brings it back after a reload. */
export class SinglePanel<P extends Disposable> implements Disposable, vscode.WebviewPanelSerializer {
  readonly #options: SinglePanelOptions<P>;
  readonly #own = new DisposableStore();
  #open: P | undefined;

  constructor(options: SinglePanelOptions<P>) {
    this.#options = options;
    this.#own.add(vscode.window.registerWebviewPanelSerializer(options.viewType, this));
  }

  /** Undefined while the tab is closed. */
  get current(): P | undefined {
    return this.#open;
  }

  /** Opens the tab if it is closed. */
  get(): P {
    return this.#open ?? this.#add(this.#options.create());
  }

  deserializeWebviewPanel(webview: vscode.WebviewPanel): Promise<void> {
    if (this.#open) {
      webview.dispose();
    } else {
      this.#add(webview);
    }
    return Promise.resolve();
  }

  dispose(): void {
    this.#open?.dispose();
    this.#own.dispose();
  }

  #add(webview: vscode.WebviewPanel): P {
    const panel = this.#options.attach(webview);
    this.#open = panel;
    webview.onDidDispose(() => {
      this.#open = undefined;
      panel.dispose();
    });
    return panel;
  }
}
