import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { AppError } from "../../../src/common/errors";
import { configurationText, ConfigurationError } from "../../../src/library/configuration";
import {
  configurationFile,
  createConfiguration,
  isConfigurationFile,
  readConfiguration,
} from "../../../src/library/configuration-file";

const modelId = "org/name-GGUF/x-Q4_K_M.gguf";

describe("configuration files", () => {
  let models: string;

  beforeEach(async () => {
    models = await mkdtemp(path.join(tmpdir(), "local-models-configuration-"));
  });

  afterEach(() => rm(models, { recursive: true, force: true }));

  it("have readable names in a folder of their own", () => {
    const file = configurationFile(models, modelId);
    assert.equal(
      path.relative(models, file),
      path.join("configurations", "org--name-GGUF--x-Q4_K_M.model.json"),
    );
    assert.ok(isConfigurationFile(models, file));
    assert.ok(!isConfigurationFile(models, path.join(models, "other.model.json")));
    assert.ok(!isConfigurationFile(models, path.join(models, "configurations", "a.json")));
  });

  it("have names that are safe everywhere and belong to one model", () => {
    const ids = [
      "o/n/a.gguf",
      "o/n/a.onnx",
      "o/n/a/b.gguf",
      "o/n/a--b.gguf",
      "o/n/a b.gguf",
      "o/n/a_b.gguf",
      "o/n/a:b.gguf",
      "o/n/../../../../evil.gguf",
      "o/n/..\\..\\evil.gguf",
      "o/n/é.gguf",
      "con/nul/aux.gguf",
      "CON/prn/com1",
      `o/n/${"x".repeat(300)}.gguf`,
      `o/n/${"x".repeat(300)}y.gguf`,
      "o/n/ .gguf",
      "o/n/\u0000.gguf",
    ];
    const names = ids.map((id) => {
      const file = configurationFile(models, id);
      assert.equal(path.dirname(file), path.join(models, "configurations"));
      return path.basename(file);
    });
    assert.equal(new Set(names.map((name) => name.toLowerCase())).size, ids.length);
    for (const name of names) {
      assert.match(name, /^[A-Za-z0-9._-]+\.model\.json$/);
      assert.ok(name.length < 220, name);
      assert.doesNotMatch(name, /^(?:con|prn|aux|nul|com\d|lpt\d)\./i);
    }
  });

  it("are nothing until they are made, and are not overwritten", async () => {
    assert.equal(await readConfiguration(models, modelId), undefined);
    const file = await createConfiguration(models, modelId, text(1024));
    assert.equal(file, configurationFile(models, modelId));
    await createConfiguration(models, modelId, text(2048));
    assert.deepEqual((await readConfiguration(models, modelId))?.load.contextLength, 1024);
    assert.equal(await readFile(file, "utf8"), text(1024));
    await rm(file);
    assert.equal(await readConfiguration(models, modelId), undefined);
  });

  it("that are broken or no files are explained", async () => {
    const file = configurationFile(models, modelId);
    await createConfiguration(models, modelId, "{");
    await assert.rejects(readConfiguration(models, modelId), ConfigurationError);
    await rm(file);
    await mkdir(file);
    await assert.rejects(readConfiguration(models, modelId), /is not a configuration\. Delete it\./);
    await rm(file, { recursive: true });
    await writeFile(file, " ".repeat(2_000_000));
    await assert.rejects(readConfiguration(models, modelId), /is not a configuration/);
  });

  it("are not written through a link out of the models folder", async function () {
    if (process.platform === "win32") {
      this.skip();
    }
    const outside = await mkdtemp(path.join(tmpdir(), "local-models-outside-"));
    await symlink(outside, path.join(models, "configurations"));
    await assert.rejects(
      createConfiguration(models, modelId, text(512)),
      (error) => error instanceof AppError,
    );
    assert.deepEqual(await readdir(outside), []);
    await rm(outside, { recursive: true });
  });
});

function text(contextLength: number): string {
  return configurationText(modelId, { load: { contextLength } });
}
