import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { MachineInfo } from "./model";

/** Text of a small system file; undefined when there is none. */
export type ReadText = (file: string) => string | undefined;

export interface SystemFacts {
  platform: string;
  arch: string;
  cores: number;
  totalMemoryBytes: number;
  freeMemoryBytes: number;
  readText: ReadText;
}

interface MemoryLimit {
  limitBytes: number;
  usedBytes: number;
}

/** What this machine, or the container we are in, has for models. */
export function machineInfo(system: SystemFacts = thisSystem()): MachineInfo {
  const available = system.platform === "linux" ? linuxAvailableBytes(system.readText) : undefined;
  const limits = system.platform === "linux" ? controlGroupLimits(system.readText) : [];
  const totals = [system.totalMemoryBytes, ...limits.map((limit) => limit.limitBytes)];
  const free = [
    available ?? system.freeMemoryBytes,
    ...limits.map((limit) => Math.max(0, limit.limitBytes - limit.usedBytes)),
  ];
  return {
    cores: Math.max(1, system.cores),
    totalMemoryBytes: Math.min(...totals),
    freeMemoryBytes: Math.min(...free),
    platform: system.platform,
    arch: system.arch,
  };
}

function thisSystem(): SystemFacts {
  return {
    platform: process.platform,
    arch: process.arch,
    cores: os.availableParallelism(),
    totalMemoryBytes: os.totalmem(),
    freeMemoryBytes: os.freemem(),
    readText(file) {
      try {
        return fs.readFileSync(file, "utf8");
      } catch {
        return undefined;
      }
    },
  };
}

/** `MemAvailable` of proc(5): free memory plus the caches that can be dropped, which `os.freemem` ignores in part. */
function linuxAvailableBytes(readText: ReadText): number | undefined {
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(readText("/proc/meminfo") ?? "")?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/** Memory limits of this process's control groups and all above them; version 2 and version 1. */
function controlGroupLimits(readText: ReadText): MemoryLimit[] {
  const lines = (readText("/proc/self/cgroup") ?? "").split("\n");
  return lines.flatMap((line) => {
    const [, controllers = "", group = "/"] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (line.startsWith("0::")) {
      return limitsOf("/sys/fs/cgroup", group, "memory.max", "memory.current", readText);
    }
    return controllers.split(",").includes("memory")
      ? limitsOf("/sys/fs/cgroup/memory", group, "memory.limit_in_bytes", "memory.usage_in_bytes", readText)
      : [];
  });
}

function limitsOf(
  root: string,
  group: string,
  limitFile: string,
  usageFile: string,
  readText: ReadText,
): MemoryLimit[] {
  return groupAndParents(group).flatMap((each) => {
    const folder = path.posix.join(root, each);
    const limitBytes = byteCount(readText(path.posix.join(folder, limitFile)));
    const usage = byteCount(readText(path.posix.join(folder, usageFile))) ?? 0;
    if (limitBytes === undefined) {
      return [];
    }
    const usedBytes = Math.max(0, usage - droppableBytes(readText(path.posix.join(folder, "memory.stat"))));
    return [{ limitBytes, usedBytes }];
  });
}

function groupAndParents(group: string): string[] {
  const groups = [group];
  for (let current = group; current !== "/" && current !== ".";) {
    current = path.posix.dirname(current);
    groups.push(current);
  }
  return groups;
}

/** File cache counts as used, but the kernel drops it when memory is wanted. */
function droppableBytes(stat: string | undefined): number {
  const bytes = /^total_inactive_file (\d+)$/m.exec(stat ?? "") ?? /^inactive_file (\d+)$/m.exec(stat ?? "");
  return Number(bytes?.[1] ?? 0);
}

/** Undefined for `max`, and for the enormous number that version 1 uses in its place. */
function byteCount(text: string | undefined): number | undefined {
  const value = /^\d+$/.test(text?.trim() ?? "") ? Number(text) : undefined;
  return value === undefined || value > 2 ** 60 ? undefined : value;
}
