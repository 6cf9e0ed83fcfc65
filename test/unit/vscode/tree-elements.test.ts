import assert from "node:assert/strict";
import type { CatalogueEntry } from "../../../src/library/model";
import type { SectionNode } from "../../../src/vscode/tree/nodes";
import { TreeElements } from "../../../src/vscode/tree/tree-elements";

describe("tree elements", () => {
  it("redraw the whole tree at first and nothing when nothing changed", () => {
    const elements = new TreeElements();
    assert.equal(elements.update(tree(["a", "b"])), undefined);
    assert.deepEqual(elements.update(tree(["a", "b"])), []);
  });

  it("redraw only the row whose content changed, and keep every element", () => {
    const elements = new TreeElements();
    elements.update(tree(["a", "b"]));
    const [a, b] = elements.roots[0]!.children[0]!.children;
    const changed = elements.update(tree(["a", "b"], "new text"));
    assert.deepEqual(changed, [a]);
    assert.deepEqual(elements.roots[0]!.children[0]!.children, [a, b]);
    assert.match(JSON.stringify(a!.node), /new text/);
  });

  it("redraw the group when a row comes or goes, keeping the others", () => {
    const elements = new TreeElements();
    elements.update(tree(["a", "b"]));
    const group = elements.roots[0]!.children[0]!;
    const [, b] = group.children;
    const changed = elements.update(tree(["b"]));
    assert.ok(changed?.includes(group));
    assert.deepEqual(group.children, [b]);
  });
});

function tree(names: string[], firstText = "text"): SectionNode[] {
  const models = names.map((name, index) => ({
    type: "recommended" as const,
    entry: { repoId: `o/${name}`, description: index === 0 ? firstText : "text" } as CatalogueEntry,
  }));
  const group = { type: "group", section: "recommended", kind: "chat", models } as const;
  return [{ type: "section", section: "recommended", count: names.length, groups: [group] }];
}
