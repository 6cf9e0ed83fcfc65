import { nodeId, type SectionNode, type TreeNode } from "./nodes";

/**
 * A node as VS Code holds it. It stays the same object while its content changes, so that progress of one
 * model redraws one row: redrawing the whole tree would swallow a click on its way.
 */
export class TreeElement {
  readonly id: string;
  children: TreeElement[] = [];
  /** What of the node is drawn, to notice changes. */
  drawn: string;

  constructor(public node: TreeNode) {
    this.id = nodeId(node);
    this.drawn = drawnContent(node);
  }
}

/** The tree's elements; `update` says which must be redrawn, `undefined` standing for the whole tree. */
export class TreeElements {
  readonly #root: { children: TreeElement[] } = { children: [] };

  get roots(): TreeElement[] {
    return this.#root.children;
  }

  update(sections: SectionNode[]): TreeElement[] | undefined {
    const changed: (TreeElement | undefined)[] = [];
    reconcile(this.#root, sections, undefined, changed);
    return changed.includes(undefined) ? undefined : changed.filter((element) => element !== undefined);
  }
}

function reconcile(
  parent: { children: TreeElement[] },
  nodes: readonly TreeNode[],
  parentElement: TreeElement | undefined,
  changed: (TreeElement | undefined)[],
): void {
  const known = new Map(parent.children.map((element) => [element.id, element]));
  const next = nodes.map((node) => known.get(nodeId(node)) ?? new TreeElement(node));
  const isSameList =
    next.length === parent.children.length &&
    next.every((element, index) => element === parent.children[index]);
  if (!isSameList) {
    parent.children = next;
    changed.push(parentElement);
  }
  for (const [index, element] of next.entries()) {
    const node = nodes[index] ?? element.node;
    const drawn = drawnContent(node);
    element.node = node;
    if (drawn !== element.drawn) {
      element.drawn = drawn;
      changed.push(element);
    }
    reconcile(element, childrenOf(node), element, changed);
  }
}

function childrenOf(node: TreeNode): readonly TreeNode[] {
  switch (node.type) {
    case "section":
      return node.groups;
    case "group":
      return node.models;
    default:
      return [];
  }
}

function drawnContent(node: TreeNode): string {
  switch (node.type) {
    case "section":
      return String(node.count);
    case "group":
      return String(node.models.length);
    default:
      return JSON.stringify(node);
  }
}
