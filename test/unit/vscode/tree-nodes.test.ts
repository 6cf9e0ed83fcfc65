import assert from "node:assert/strict";
import { AppError } from "../../../src/common/errors";
import type { Deployment, DeploymentStatus } from "../../../src/engine/deployments";
import type { CatalogueEntry, DownloadedModel, ModelKind, PartialModel } from "../../../src/library/model";
import { buildTree, contextValue, nodeId, type TreeNode } from "../../../src/vscode/tree/nodes";

const order: ModelKind[] = ["chat", "embedding", "speech"];
const main: ModelKind[] = ["chat", "embedding"];
const isDeployable = (kind: ModelKind) => kind === "chat";

describe("the tree", () => {
  it("always has three sections, each with chat and embedding", () => {
    const sections = buildTree({ content: content(), deployments: [] }, order, main);
    assert.deepEqual(
      sections.map(({ section, count, groups }) => [section, count, groups.map(({ kind }) => kind)]),
      [
        ["recommended", 0, ["chat", "embedding"]],
        ["downloaded", 0, ["chat", "embedding"]],
        ["running", 0, ["chat", "embedding"]],
      ],
    );
  });

  it("shows further kinds only where there are any, and counts", () => {
    const downloaded = [model("a", "chat"), model("b", "speech"), model("c", "chat")];
    const [, section] = buildTree({ content: content({ downloaded }), deployments: [] }, order, main);
    assert.equal(section!.count, 3);
    assert.deepEqual(
      section!.groups.map(({ kind, models }) => [kind, models.length]),
      [
        ["chat", 2],
        ["embedding", 0],
        ["speech", 1],
      ],
    );
  });

  it("lists a deployed model under Downloaded and under Running", () => {
    const downloaded = [model("a", "chat")];
    const deployments = [deployment("a", { state: "loading", fraction: 0.5 })];
    const [, down, running] = buildTree({ content: content({ downloaded }), deployments }, order, main);
    const values = [down!, running!].map(({ groups }) => contextValue(groups[0]!.models[0]!, isDeployable));
    assert.deepEqual(values, ["downloaded.loading.chat", "running.loading.chat"]);
  });

  it("keeps showing a running model whose file was deleted", () => {
    const deployments = [deployment("gone", { state: "failed", error: new AppError("internal", "x") })];
    const [, , running] = buildTree({ content: content(), deployments }, order, main);
    assert.equal(running!.count, 1);
    assert.equal(contextValue(running!.groups[0]!.models[0]!, isDeployable), "running.failed.chat");
  });

  it("offers to deploy only what an engine can run", () => {
    const stopped = (kind: ModelKind): TreeNode => ({
      type: "downloaded",
      model: model("a", kind),
      deployment: undefined,
    });
    assert.equal(contextValue(stopped("chat"), isDeployable), "downloaded.stopped.deployable.chat");
    assert.equal(contextValue(stopped("speech"), isDeployable), "downloaded.stopped.unsupported");
  });

  it("tells a download that runs from one that waits", () => {
    const partial: PartialModel = {
      id: "p",
      repoId: "o/p",
      revision: "main",
      name: "p",
      variantLabel: "",
      kind: "chat",
      primaryFile: "p.gguf",
      doneBytes: 1,
      totalBytes: 2,
    };
    const activity = { phase: "downloading", doneBytes: 1, totalBytes: 2, bytesPerSecond: 0 } as const;
    assert.equal(contextValue({ type: "partial", partial }, isDeployable), "partial.paused");
    assert.equal(
      contextValue({ type: "partial", partial: { ...partial, activity } }, isDeployable),
      "partial.active",
    );
  });

  it("gives every node an identity of its own", () => {
    const downloaded = [model("a", "chat"), model("b", "embedding")];
    const recommended = [{ repoId: "o/r", kind: "chat" } as CatalogueEntry];
    const deployments = [deployment("a", { state: "stopping" })];
    const sections = buildTree({ content: content({ downloaded, recommended }), deployments }, order, main);
    const all = sections.flatMap((section) => [
      section,
      ...section.groups.flatMap((group) => [group, ...group.models]),
    ]);
    assert.equal(new Set(all.map(nodeId)).size, all.length);
  });
});

function content(given: Partial<ReturnType<typeof empty>> = {}) {
  return { ...empty(), ...given };
}

function empty() {
  return {
    recommended: [] as CatalogueEntry[],
    downloaded: [] as DownloadedModel[],
    partial: [] as PartialModel[],
  };
}

function model(id: string, kind: ModelKind): DownloadedModel {
  return {
    id,
    repoId: `o/${id}`,
    revision: "0",
    name: id,
    variantLabel: "Q8_0",
    kind,
    engine: "llama",
    primaryFile: `${id}.gguf`,
    primaryPath: `/m/${id}.gguf`,
    snapshotPath: "/m",
    weightFiles: [`${id}.gguf`],
    sizeBytes: 1,
    isDemo: false,
  };
}

function deployment(id: string, status: DeploymentStatus): Deployment {
  const load = {
    engine: "llama",
    task: "chat",
    modelPath: "",
    variantSuffix: "",
    weightFiles: [],
    contextLength: 1,
    gpu: "off",
    vramShare: 0.8,
    threads: 1,
  } as const;
  return {
    target: { id, name: id, revision: "main", isDemo: false, load: { ...load, weightFiles: [] } },
    status,
    processId: 1,
  };
}
