import { formatBytes } from "../common/format";
import type { MachineInfo } from "../library/model";
import type { EngineTask, GpuChoice, GraphicsInfo, LoadedModel } from "../protocol/engine";
import { readsTexts } from "./loaded-text";

/** What this machine has for models, and what they take of it. */
export interface HardwareReport {
  machine: MachineInfo;
  /** Undefined where the system does not tell. */
  processor: string | undefined;
  graphics: GraphicsAnswer;
  /** What the settings let models use. */
  limits: { gpu: GpuChoice; vramShare: number };
  models: RunningModel[];
}

export type GraphicsAnswer =
  | { state: "asking" }
  | { state: "known"; info: GraphicsInfo }
  /** `reason` is a sentence. */
  | { state: "failed"; reason: string };

export interface RunningModel {
  name: string;
  task: EngineTask;
  loaded: LoadedModel;
  /** Of its process; undefined while unknown. */
  memoryBytes: number | undefined;
}

export interface HardwareSection {
  about: "processor" | "memory" | "graphics" | "models";
  title: string;
  rows: { label: string; description: string }[];
}

/** Words a sentence in the person's language, as `vscode.l10n.t` does. */
export type Translate = (template: string, ...args: (string | number)[]) => string;

export function hardwareSections(report: HardwareReport, t: Translate): HardwareSection[] {
  const { machine, processor, models } = report;
  return [
    {
      about: "processor",
      title: t("Processor"),
      rows: [
        {
          label: processor ?? t("Unknown processor"),
          description: [cores(machine.cores, t), machine.arch, systemName(machine.platform)].join(" · "),
        },
      ],
    },
    {
      about: "memory",
      title: t("Memory"),
      rows: [
        {
          label: formatBytes(machine.totalMemoryBytes),
          description: t("{0} free", formatBytes(machine.freeMemoryBytes)),
        },
      ],
    },
    { about: "graphics", title: t("Graphics"), rows: [graphicsRow(report, t)] },
    {
      about: "models",
      title: t("Models in Memory"),
      rows:
        models.length === 0
          ? [{ label: t("None"), description: "" }]
          : models.map((model) => ({ label: model.name, description: modelFacts(model, t).join(" · ") })),
    },
  ];
}

/** Such as `8 cores · 16.7 GB · NVIDIA RTX 4060 8.2 GB`, for where there is little room. */
export function hardwareSummary({ machine, graphics }: Omit<HardwareReport, "models">, t: Translate): string {
  const parts = [cores(machine.cores, t), formatBytes(machine.totalMemoryBytes)];
  if (graphics.state === "known" && graphics.info.backend !== undefined) {
    parts.push(`${deviceNames(graphics.info)} ${formatBytes(graphics.info.totalMemoryBytes)}`);
  }
  return parts.join(" · ");
}

/** For the clipboard, such as an issue report. */
export function hardwareText(sections: readonly HardwareSection[]): string {
  return sections.flatMap(({ title, rows }) => rows.map((row) => `${title}: ${rowText(row)}\n`)).join("");
}

export function rowText({ label, description }: HardwareSection["rows"][number]): string {
  return [label, description].filter(Boolean).join(" · ");
}

function graphicsRow({ graphics, limits }: HardwareReport, t: Translate) {
  switch (graphics.state) {
    case "asking":
      return { label: t("Asking the drivers…"), description: "" };
    case "failed":
      return { label: t("Could not be asked"), description: graphics.reason };
    case "known": {
      const { info } = graphics;
      if (info.backend === undefined) {
        return { label: t("None that can be used"), description: t("models run on the processor") };
      }
      return {
        label: deviceNames(info),
        description: [
          info.backend,
          t("{0}, {1} free", formatBytes(info.totalMemoryBytes), formatBytes(info.freeMemoryBytes)),
          ...(info.isShared ? [t("shared with the processor")] : []),
          limits.gpu === "off"
            ? t("turned off in the settings")
            : t("models may use {0}", formatBytes(info.totalMemoryBytes * limits.vramShare)),
        ].join(" · "),
      };
    }
  }
}

function modelFacts({ task, loaded, memoryBytes }: RunningModel, t: Translate): string[] {
  const { device, gpuLayers, threads, contextLength, embeddingLength } = loaded;
  return [
    device,
    ...(gpuLayers > 0 ? [t("{0} layers on the GPU", gpuLayers)] : []),
    threads === 1 ? t("1 thread") : t("{0} threads", threads),
    ...(readsTexts(task) ? [t("{0} tokens", contextLength.toLocaleString())] : []),
    ...(embeddingLength > 0 ? [t("{0} dimensions", embeddingLength)] : []),
    ...(memoryBytes === undefined ? [] : [t("{0} in RAM", formatBytes(memoryBytes))]),
  ];
}

function cores(count: number, t: Translate): string {
  return count === 1 ? t("1 core") : t("{0} cores", count);
}

/** Equal devices are counted: `2 × NVIDIA A100`. */
function deviceNames({ deviceNames: names }: GraphicsInfo): string {
  const counts = new Map<string, number>();
  for (const name of names) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => (count === 1 ? name : `${count} × ${name}`)).join(", ");
}

function systemName(platform: string): string {
  const names: Record<string, string> = { linux: "Linux", darwin: "macOS", win32: "Windows" };
  return names[platform] ?? platform;
}
