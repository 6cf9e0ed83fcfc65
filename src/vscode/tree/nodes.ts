import type { Deployment } from "../../engine/deployments";
import type {
  CatalogueEntry,
  DownloadedModel,
  LibraryContent,
  ModelKind,
  PartialModel,
} from "../../library/model";

/** What the tree shows, decided without VS Code's API so that a plain test can look at it. */
export type SectionName = "recommended" | "downloaded" | "running";

export interface SectionNode {
  type: "section";
  section: SectionName;
  count: number;
  groups: GroupNode[];
}

export interface GroupNode {
  type: "group";
  section: SectionName;
  kind: ModelKind;
  models: ModelNode[];
}

export type ModelNode =
  | { type: "recommended"; entry: CatalogueEntry }
  | { type: "partial"; partial: PartialModel }
  | { type: "downloaded"; model: DownloadedModel; deployment: Deployment | undefined }
  | { type: "running"; deployment: Deployment; kind: ModelKind; model: DownloadedModel | undefined };

export type TreeNode = SectionNode | GroupNode | ModelNode;

export interface TreeInput {
  content: LibraryContent;
  deployments: readonly Deployment[];
}

export function buildTree(
  { content, deployments }: TreeInput,
  kindOrder: readonly ModelKind[],
  mainKinds: readonly ModelKind[],
): SectionNode[] {
  const section = (name: SectionName, models: (ModelNode & { kindOf: ModelKind })[]): SectionNode => ({
    type: "section",
    section: name,
    count: models.length,
    groups: kindOrder
      .map((kind): GroupNode => ({
        type: "group",
        section: name,
        kind,
        models: models.filter(({ kindOf }) => kindOf === kind),
      }))
      .filter((group) => group.models.length > 0 || mainKinds.includes(group.kind)),
  });
  const deploymentOf = (id: string) => deployments.find(({ target }) => target.id === id);
  return [
    section(
      "recommended",
      content.recommended.map((entry) => ({ type: "recommended", entry, kindOf: entry.kind })),
    ),
    section("downloaded", [
      ...content.partial.map((partial) => ({ type: "partial" as const, partial, kindOf: partial.kind })),
      ...content.downloaded.map((model) => ({
        type: "downloaded" as const,
        model,
        deployment: deploymentOf(model.id),
        kindOf: model.kind,
      })),
    ]),
    section(
      "running",
      deployments.map((deployment) => ({
        type: "running",
        deployment,
        kind: deployment.target.load.task,
        model: content.downloaded.find(({ id }) => id === deployment.target.id),
        kindOf: deployment.target.load.task,
      })),
    ),
  ];
}

/** Identity of a node across refreshes, so that VS Code keeps it expanded and selected. */
export function nodeId(node: TreeNode): string {
  switch (node.type) {
    case "section":
      return node.section;
    case "group":
      // VS Code remembers an empty group as closed, so a filled one must be another node.
      return `${node.section}/${node.kind}/${node.models.length === 0 ? "empty" : "filled"}`;
    case "recommended":
      return `recommended/${node.entry.repoId}`;
    case "partial":
      return `partial/${node.partial.id}`;
    case "downloaded":
      return `downloaded/${node.model.id}`;
    case "running":
      return `running/${node.deployment.target.id}`;
  }
}

/** What menus' `when` clauses match, such as `downloaded.stopped.deployable.chat` or `running.running.chat`. */
export function contextValue(node: TreeNode, isDeployable: (kind: ModelKind) => boolean): string {
  switch (node.type) {
    case "section":
    case "group":
      return node.type;
    case "recommended":
      return "recommended";
    case "partial":
      return node.partial.activity ? "partial.active" : "partial.paused";
    case "downloaded": {
      const { kind } = node.model;
      const state = node.deployment?.status.state ?? "stopped";
      if (state === "stopped") {
        return isDeployable(kind)
          ? `downloaded.stopped.deployable.${kind}`
          : "downloaded.stopped.unsupported";
      }
      return `downloaded.${state}.${kind}`;
    }
    case "running":
      return `running.${node.deployment.status.state}.${node.kind}`;
  }
}
