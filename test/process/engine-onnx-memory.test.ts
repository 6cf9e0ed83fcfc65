import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { delay } from "../../src/common/async";
import { OnnxGraph } from "../../bench/lib/onnx-writer";
import { newDeployments } from "../support/engines";
import { onnxFolderTarget, temporaryModel } from "../support/onnx-models";
import { writeTinyEmbedder } from "../support/tiny-models/words";

/** Floats of the large model; 160 MB. */
const rows = 100_000;
const width = 400;

describe("the memory of an ONNX model", function () {
  this.timeout(60_000);
  const [small, large] = [temporaryModel(), temporaryModel()];

  before(function () {
    if (process.platform !== "linux") {
      this.skip();
    }
    writeTinyEmbedder(small);
    writeTinyEmbedder(large);
    const g = new OnnxGraph(1);
    const ids = g.input("input_ids", "int64", ["batch", "tokens"]);
    const table = g.floats(new Float32Array(rows * width).fill(0.5), [rows, width]);
    g.output(g.op("Gather", [table, ids]), "last_hidden_state", ["batch", "tokens", width]);
    g.write(path.join(large, "onnx/model.onnx"));
  });

  it("is that of its file once, and the system's again afterwards", async () => {
    const without = await residentBytes(small);
    const withWeights = await residentBytes(large);
    const fileBytes = statSync(path.join(large, "onnx/model.onnx")).size;
    assert.ok(fileBytes > 150e6);
    assert.ok(
      withWeights - without < 1.5 * fileBytes,
      `${without} without, ${withWeights} with a file of ${fileBytes} bytes`,
    );
  });
});

/** Of the process that has the model loaded and has worked with it. */
async function residentBytes(folder: string): Promise<number> {
  const deployments = newDeployments();
  let processId = 0;
  try {
    await deployments.deploy(onnxFolderTarget(folder, "embedding"));
    // Whatever still reads files in the background has time to.
    for (let round = 0; round < 10; round++) {
      await deployments.embed("model", { texts: ["red car"] });
      await delay(50);
    }
    processId = deployments.get("model")?.processId ?? 0;
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${processId}/status`, "utf8"))?.[1];
    return Number(kilobytes) * 1024;
  } finally {
    await deployments.dispose();
    assert.throws(() => process.kill(processId, 0), { code: "ESRCH" });
  }
}
