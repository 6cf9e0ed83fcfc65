import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import type { Deployments } from "../../engine/deployments";
import type { Library } from "../../library/library";
import { contextKeys, viewIds, type ViewState } from "../ids";
import { modelKinds } from "../../library/model";
import { mainKinds } from "../kinds";
import type { Hardware } from "../hardware";
import { settings } from "../settings";
import { sectionTooltip, treeItem } from "./items";
import { buildTree, type SectionNode } from "./nodes";
import { type TreeElement, TreeElements } from "./tree-elements";

/** Load and pull progress may fire often; the tree is redrawn at most this often. */
const refreshEveryMs = 100;
/** A hover shows what is known of the hardware after this long; asking graphics drivers may take longer. */
const hoverWaitMs = 3_000;

/** The Models view. */
export class ModelsTree implements vscode.TreeDataProvider<TreeElement>, Disposable {
  readonly #own = new DisposableStore();
  readonly #changed = this.#own.add(new vscode.EventEmitter<TreeElement[] | undefined>());
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #library: Library;
  readonly #deployments: Deployments;
  readonly #hardware: Hardware;
  readonly #ready: Promise<void>;
  readonly #elements = new TreeElements();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(library: Library, deployments: Deployments, hardware: Hardware, ready: Promise<void>) {
    this.#library = library;
    this.#deployments = deployments;
    this.#hardware = hardware;
    this.#ready = ready;
    this.#own.add(library.onDidChange(() => this.#scheduleRefresh()));
    this.#own.add(deployments.onDidChange(() => this.#scheduleRefresh()));
    this.#own.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.#scheduleRefresh()));
    const view = this.#own.add(vscode.window.createTreeView(viewIds.models, { treeDataProvider: this }));
    this.#own.add(deployments.onDidChange((all) => (view.badge = badge(all.length))));
    const describe = () => (view.description = hardware.summary());
    this.#own.add(hardware.onDidChange(describe));
    describe();
  }

  getTreeItem({ node }: TreeElement): vscode.TreeItem {
    return treeItem(node);
  }

  /** Called when a tooltip is about to be shown that was not given with the item. */
  async resolveTreeItem(item: vscode.TreeItem, { node }: TreeElement): Promise<vscode.TreeItem> {
    if (node.type === "section") {
      await this.#hardware.know(hoverWaitMs);
      item.tooltip = sectionTooltip(node.section, this.#hardware.sections());
    }
    return item;
  }

  async getChildren(element?: TreeElement): Promise<TreeElement[]> {
    if (element) {
      return element.children;
    }
    await this.#ready;
    this.#elements.update(this.#sections());
    return this.#elements.roots;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#own.dispose();
  }

  #sections(): SectionNode[] {
    const content = this.#library.content();
    const sections = buildTree({ content, deployments: this.#deployments.list() }, modelKinds, mainKinds);
    const isEmpty = sections.every(({ count }) => count === 0);
    const state: ViewState = settings.modelsFolder() === undefined ? "noFolder" : isEmpty ? "empty" : "ready";
    void vscode.commands.executeCommand("setContext", contextKeys.state, state);
    return state === "ready" ? sections : [];
  }

  #scheduleRefresh(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const changed = this.#elements.update(this.#sections());
      if (changed === undefined || changed.length > 0) {
        this.#changed.fire(changed);
      }
    }, refreshEveryMs);
  }
}

function badge(deployed: number): vscode.ViewBadge | undefined {
  return deployed === 0
    ? undefined
    : { value: deployed, tooltip: vscode.l10n.t("{0} models in memory", deployed) };
}
