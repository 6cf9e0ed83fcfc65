import assert from "node:assert/strict";
import { fillTemplate } from "../../../src/common/errors";
import type { LoadedModel } from "../../../src/protocol/engine";
import { processorName } from "../../../src/library/hardware";
import {
  type GraphicsAnswer,
  type HardwareReport,
  hardwareSections,
  hardwareSummary,
  hardwareText,
} from "../../../src/vscode/hardware-text";

const t = (template: string, ...args: (string | number)[]) => fillTemplate(template, args);

describe("what is said of the hardware", () => {
  it("is the processor, the memory, the graphics devices and the models", () => {
    const text = hardwareText(
      hardwareSections(
        report({
          graphics: gpu(["NVIDIA RTX 4060"], { totalMemoryBytes: 8e9, freeMemoryBytes: 6.5e9 }),
          models: [
            {
              name: "Qwen3",
              task: "chat",
              loaded: loaded({ device: "CUDA", gpuLayers: 28 }),
              memoryBytes: 1.2e9,
            },
            {
              name: "MiniLM",
              task: "embedding",
              loaded: loaded({ threads: 1, embeddingLength: 384, contextLength: 512 }),
              memoryBytes: undefined,
            },
          ],
        }),
        t,
      ),
    );
    assert.deepEqual(text.trim().split("\n"), [
      "Processor: Ryzen 7 · 8 cores · x64 · Linux",
      "Memory: 16.0 GB · 9.3 GB free",
      "Graphics: NVIDIA RTX 4060 · CUDA · 8.0 GB, 6.5 GB free · models may use 6.4 GB",
      `Models in Memory: Qwen3 · CUDA · 28 layers on the GPU · 4 threads · ${(8192).toLocaleString()} tokens · 1.2 GB in RAM`,
      "Models in Memory: MiniLM · CPU · 1 thread · 512 tokens · 384 dimensions",
    ]);
  });

  it("says when there is no graphics device, when it is off, and when it could not be asked", () => {
    const rowOf = (graphics: GraphicsAnswer, change: Partial<HardwareReport> = {}) => {
      const [row] = hardwareSections(report({ graphics, ...change }), t)[2]!.rows;
      return `${row!.label} | ${row!.description}`;
    };
    assert.equal(rowOf(gpu([], {})), "None that can be used | models run on the processor");
    assert.equal(rowOf({ state: "asking" }), "Asking the drivers… | ");
    assert.equal(rowOf({ state: "failed", reason: "It crashed." }), "Could not be asked | It crashed.");
    assert.match(
      rowOf(gpu(["M4"], { totalMemoryBytes: 1e10 }), { limits: { gpu: "off", vramShare: 0.8 } }),
      /turned off in the settings$/,
    );
    assert.match(rowOf(gpu(["Apple M4"], { isShared: true })), /^Apple M4 .*shared with the processor/);
  });

  it("counts equal devices", () => {
    const graphics = gpu(["A100", "T4", "A100"], { totalMemoryBytes: 96e9 });
    assert.equal(hardwareSummary(report({ graphics }), t), "8 cores · 16.0 GB · 2 × A100, T4 96.0 GB");
  });

  it("is short where there is little room", () => {
    assert.equal(hardwareSummary(report({ graphics: { state: "asking" } }), t), "8 cores · 16.0 GB");
    const single = report({ graphics: gpu([], {}) });
    single.machine.cores = 1;
    assert.equal(hardwareSummary(single, t), "1 core · 16.0 GB");
  });

  it("names the processor without padding", () => {
    assert.equal(processorName([{ model: "  Intel(R)  Core(TM) i7   " }]), "Intel(R) Core(TM) i7");
    assert.equal(processorName([]), undefined);
    assert.equal(processorName([{ model: "unknown" }]), undefined);
  });
});

function report(change: Partial<HardwareReport>): HardwareReport {
  return {
    machine: { cores: 8, totalMemoryBytes: 16e9, freeMemoryBytes: 9.3e9, platform: "linux", arch: "x64" },
    processor: "Ryzen 7",
    graphics: { state: "asking" },
    limits: { gpu: "auto", vramShare: 0.8 },
    models: [],
    ...change,
  };
}

function gpu(
  deviceNames: string[],
  change: { totalMemoryBytes?: number; freeMemoryBytes?: number; isShared?: boolean },
): GraphicsAnswer {
  return {
    state: "known",
    info: {
      backend: deviceNames.length > 0 ? "CUDA" : undefined,
      deviceNames,
      totalMemoryBytes: 0,
      freeMemoryBytes: 0,
      isShared: false,
      ...change,
    },
  };
}

function loaded(change: Partial<LoadedModel>): LoadedModel {
  return {
    architecture: "llama",
    contextLength: 8192,
    trainedContextLength: 32768,
    embeddingLength: 0,
    sequences: 1,
    device: "CPU",
    gpuLayers: 0,
    threads: 4,
    promptThreads: 8,
    loadMs: 1000,
    engineVersion: "node-llama-cpp 3, llama.cpp b1",
    ...change,
  };
}
