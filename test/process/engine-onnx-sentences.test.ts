import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import path from "node:path";
import type { Deployments } from "../../src/engine/deployments";
import { newDeployments, rowOf } from "../support/engines";
import { onnxFolderTarget, temporaryModel } from "../support/onnx-models";
import {
  placeOf,
  type TinyEmbedderFiles,
  tinyWordDimensions,
  writeTinyEmbedder,
} from "../support/tiny-models/words";

/** Models whose vectors count words, so that pooling and prefixes show in them. */
describe("an ONNX embedding model's own files", function () {
  this.timeout(60_000);
  const parent = temporaryModel();

  const deployed = async (files: TinyEmbedderFiles, use: (deployments: Deployments) => Promise<void>) => {
    const folder = mkdtempSync(path.join(parent, "model-"));
    writeTinyEmbedder(folder, files);
    const deployments = newDeployments();
    try {
      await deployments.deploy(onnxFolderTarget(folder, "embedding"));
      await use(deployments);
    } finally {
      await deployments.dispose();
    }
  };
  /** The shares of some tokens in each vector. */
  const shares = async (
    deployments: Deployments,
    texts: string[],
    tokens: string[],
    purpose?: "query" | "document",
  ) => {
    const { vectors, dimensions } = await deployments.embed("model", { texts, purpose });
    assert.equal(dimensions, tinyWordDimensions);
    return texts.map((_, index) => {
      const row = rowOf(vectors, dimensions, index);
      return tokens.map((token) => Number(row[placeOf(token)]!.toFixed(4)));
    });
  };
  const long = "red red red red red red red red red red red red";

  it("prescribe pooling: by mean", () =>
    deployed(
      { settings: { "1_Pooling/config": { pooling_mode_mean_tokens: true } } },
      async (deployments) => {
        const [row] = await shares(
          deployments,
          ["red red boat", long],
          ["red", "boat", "[CLS]", "[SEP]", "[PAD]"],
        );
        const unit = 1 / Math.sqrt(7);
        assert.deepEqual(
          row,
          [2 * unit, unit, unit, unit, 0].map((value) => Number(value.toFixed(4))),
        );
      },
    ));

  it("prescribe pooling: by the first token, wherever their modules say so", () =>
    deployed(
      {
        settings: {
          modules: [
            { idx: 0, path: "", type: "sentence_transformers.models.Transformer" },
            { idx: 1, path: "pool", type: "sentence_transformers.models.Pooling" },
            { idx: 2, path: "2_Normalize", type: "sentence_transformers.models.Normalize" },
          ],
          "pool/config": { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false },
          "1_Pooling/config": { pooling_mode_mean_tokens: true },
        },
      },
      async (deployments) => {
        assert.deepEqual(await shares(deployments, ["red", long], ["[CLS]", "red"]), [
          [1, 0],
          [1, 0],
        ]);
      },
    ));

  it("prescribe pooling: by the last token, with padding before the text", () =>
    deployed(
      { bare: true, settings: { "1_Pooling/config": { pooling_mode_lasttoken: true } } },
      async (deployments) => {
        assert.deepEqual(await shares(deployments, ["red boat", "boat", "red car is red"], ["red", "boat"]), [
          [0, 1],
          [0, 1],
          [1, 0],
        ]);
        assert.deepEqual(await shares(deployments, [""], ["[PAD]"]), [[1]]);
      },
    ));

  it("give whole vectors when the graph does", () =>
    deployed(
      { pooled: true, settings: { "1_Pooling/config": { pooling_mode_cls_token: true } } },
      async (deployments) => {
        const [row] = await shares(deployments, ["red", long], ["red", "[CLS]"]);
        assert.deepEqual(row, [0.5774, 0.5774]);
      },
    ));

  it("prescribe what is put before questions and documents, and the longest text", () =>
    deployed(
      {
        settings: {
          config_sentence_transformers: { prompts: { query: "find ", document: "text " } },
          sentence_bert_config: { max_seq_length: 16 },
        },
      },
      async (deployments) => {
        const of = (purpose?: "query" | "document") =>
          shares(deployments, ["red"], ["find", "text", "red"], purpose);
        assert.deepEqual(await of("query"), [[0.5, 0, 0.5]]);
        assert.deepEqual(await of("document"), [[0, 0.5, 0.5]]);
        assert.deepEqual(await of(), [[0, 0.5, 0.5]]);
        await assert.rejects(deployments.embed("model", { texts: ["car ".repeat(14)] }), {
          code: "prompt-too-long",
          args: [17, 16],
        });
        const status = deployments.get("model")?.status;
        assert.equal(status?.state === "running" && status.loaded.contextLength, 16);
      },
    ));

  it("are refused when they prescribe what is not supported", async () => {
    const modules = [
      { path: "", type: "sentence_transformers.models.Transformer" },
      { path: "2_Dense", type: "sentence_transformers.models.Dense" },
    ];
    await assert.rejects(
      deployed({ settings: { modules } }, async () => {}),
      { code: "unsupported-model", message: /further module \(Dense\)/ },
    );
    const pooling = { pooling_mode_cls_token: true, pooling_mode_mean_tokens: true };
    await assert.rejects(
      deployed({ settings: { modules: [], "1_Pooling/config": pooling } }, async () => {}),
      { code: "unsupported-model", message: /pooling_mode_cls_token, pooling_mode_mean_tokens/ },
    );
  });
});
