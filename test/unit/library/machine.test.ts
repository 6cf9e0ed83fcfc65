import * as assert from "node:assert/strict";
import * as path from "node:path";
import { parseCatalogue, readCatalogue } from "../../../src/library/catalogue";
import { scanDownloaded } from "../../../src/library/downloaded";
import { estimateMemory, fitOf, recommended } from "../../../src/library/fit";
import { machineInfo, type SystemFacts } from "../../../src/library/machine";
import type { CatalogueEntry, MachineInfo } from "../../../src/library/model";

const repository = path.resolve(__dirname, "../../..");
const gib = 1024 ** 3;

function system(files: Record<string, string>, change: Partial<SystemFacts> = {}): SystemFacts {
  return {
    platform: "linux",
    arch: "x64",
    cores: 8,
    totalMemoryBytes: 16 * gib,
    freeMemoryBytes: 1 * gib,
    readText: (file) => files[file],
    ...change,
  };
}

describe("the machine", () => {
  it("counts droppable caches as free on Linux", () => {
    const machine = machineInfo(system({ "/proc/meminfo": "MemFree: 1 kB\nMemAvailable:   9437184 kB\n" }));
    assert.equal(machine.freeMemoryBytes, 9 * gib);
    assert.equal(machine.totalMemoryBytes, 16 * gib);
  });

  it("respects the limits of control groups, version 2, its parents included", () => {
    const machine = machineInfo(
      system({
        "/proc/meminfo": "MemAvailable: 9437184 kB\n",
        "/proc/self/cgroup": "0::/a/b\n",
        "/sys/fs/cgroup/a/b/memory.max": "max\n",
        "/sys/fs/cgroup/a/b/memory.current": "5\n",
        "/sys/fs/cgroup/a/memory.max": `${4 * gib}\n`,
        "/sys/fs/cgroup/a/memory.current": `${3 * gib}\n`,
        "/sys/fs/cgroup/a/memory.stat": `anon 1\ninactive_file ${gib}\n`,
      }),
    );
    assert.equal(machine.totalMemoryBytes, 4 * gib);
    assert.equal(machine.freeMemoryBytes, 2 * gib);
  });

  it("respects version 1, and its enormous number for no limit", () => {
    const unlimited = "9223372036854771712\n";
    const files = {
      "/proc/self/cgroup": "5:cpu:/\n4:memory:/box\n0::/\n",
      "/sys/fs/cgroup/memory/box/memory.limit_in_bytes": `${2 * gib}`,
      "/sys/fs/cgroup/memory/box/memory.usage_in_bytes": `${gib}`,
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": unlimited,
    };
    const machine = machineInfo(system(files));
    assert.deepEqual([machine.totalMemoryBytes, machine.freeMemoryBytes], [2 * gib, gib]);
  });

  it("tells the truth about this machine", () => {
    const machine = machineInfo();
    assert.ok(machine.cores >= 1);
    assert.ok(machine.freeMemoryBytes > 0 && machine.freeMemoryBytes <= machine.totalMemoryBytes);
  });

  it("asks the system elsewhere", () => {
    const machine = machineInfo(system({}, { platform: "darwin" }));
    assert.equal(machine.freeMemoryBytes, gib);
  });
});

describe("what fits", () => {
  const machine: MachineInfo = {
    cores: 4,
    totalMemoryBytes: 10e9,
    freeMemoryBytes: 5e9,
    platform: "linux",
    arch: "x64",
  };
  const entry = (
    name: string,
    memoryBytes: number,
    change: Partial<CatalogueEntry> = {},
  ): CatalogueEntry => ({
    repoId: `org/${name}`,
    name,
    kind: "chat",
    description: "d",
    primaryFile: "m.gguf",
    sizeBytes: 1,
    memoryBytes,
    license: "mit",
    parameters: "1B",
    contextLength: 1,
    ...change,
  });

  it("judges with the numbers", () => {
    assert.deepEqual(fitOf(4e9, machine), {
      verdict: "comfortable",
      neededBytes: 4e9,
      freeBytes: 5e9,
      totalBytes: 10e9,
    });
    assert.equal(fitOf(5.5e9, machine).verdict, "tight", "more than is free");
    assert.equal(fitOf(7e9, { ...machine, freeMemoryBytes: 9e9 }).verdict, "tight", "more than 60 %");
    assert.equal(fitOf(11e9, machine).verdict, "too-large");
    assert.ok(estimateMemory(1e9) > 1e9);
  });

  it("recommends the largest comfortable ones that are on a hub and not here", () => {
    const catalogue = [
      entry("small", 1e9),
      entry("big", 6e9),
      entry("huge", 6.1e9),
      entry("here", 2e9),
      entry("demo", 1e6, { onHub: false, isDemo: true }),
      entry("middle", 3e9),
    ];
    const names = recommended(catalogue, machine, (each) => each.name === "here").map((each) => each.name);
    assert.deepEqual(names, ["big", "middle", "small"]);
  });
});

describe("the catalogue", () => {
  it("that is shipped is valid, has chat and embedding, and recommends no demo", async () => {
    const catalogue = await readCatalogue(path.join(repository, "models/catalogue.json"));
    const kinds = new Set(catalogue.map((entry) => entry.kind));
    assert.ok(kinds.has("chat") && kinds.has("embedding"));
    const demo = catalogue.find((entry) => entry.repoId === "local-models/demo-chat-gguf");
    assert.deepEqual([demo?.isDemo, demo?.onHub, demo?.kind], [true, false, "chat"]);
    const huge = { cores: 1, totalMemoryBytes: 1e12, freeMemoryBytes: 1e12, platform: "linux", arch: "x64" };
    assert.equal(
      recommended(catalogue, huge, () => false).some((entry) => entry.isDemo === true),
      false,
    );
    assert.ok(catalogue.every((entry) => entry.isDemo === true || entry.memoryBytes > entry.sizeBytes));
  });

  it("names every demo model of the demo workspace, of the kind that its files say", async () => {
    const catalogue = await readCatalogue(path.join(repository, "models/catalogue.json"));
    const demos = catalogue.filter((entry) => entry.isDemo === true);
    const models = await scanDownloaded(path.join(repository, "demo-workspace/models"), []);
    assert.deepEqual(
      [...new Set(models.map(({ repoId, kind }) => `${repoId}: ${kind}`))].sort(),
      demos.map(({ repoId, kind }) => `${repoId}: ${kind}`).sort(),
    );
    for (const { repoId, primaryFile } of demos) {
      assert.ok(
        models.some((model) => model.repoId === repoId && model.primaryFile === primaryFile),
        `${repoId} has no ${primaryFile}`,
      );
    }
  });

  it("errors name the entry and the field", async () => {
    const catalogue = await readCatalogue(path.join(repository, "models/catalogue.json"));
    const [first] = catalogue;
    assert.throws(() => parseCatalogue({}), { code: "invalid-input", message: /no list “models”/ });
    assert.throws(() => parseCatalogue({ models: [first, 3] }), { message: /^Entry 2 .* not an object/ });
    assert.throws(() => parseCatalogue({ models: [{ ...first, sizeBytes: -1 }] }), {
      message: "Entry 1 of the model catalogue: “sizeBytes” must be a positive whole number.",
    });
    assert.throws(() => parseCatalogue({ models: [{ ...first, primaryFile: "../x" }] }), /primaryFile/);
    assert.throws(() => parseCatalogue({ models: [{ ...first, typo: 1 }] }), /unknown field “typo”/);
    assert.throws(() => parseCatalogue({ models: [first, first] }), /twice/);
    await assert.rejects(readCatalogue(path.join(repository, "LICENSE")), /not valid JSON/);
    await assert.rejects(readCatalogue("/nowhere/catalogue.json"), { code: "file-error" });
  });
});
