// @ts-check
import { readdirSync, readFileSync } from "node:fs";
import { execFileSync, spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * @typedef {object} ProcessInfo
 * @property {number} pid
 * @property {number} ppid
 * @property {number} pgid
 * @property {boolean} zombie
 * @property {() => string} traces command line, and environment where the system shows it
 */

/**
 * Ends a process and everything it started: its group, its descendants, and whoever left both but still
 * carries `marker` in its command line or environment. Returns only when all of them are gone.
 * @param {number} rootPid a process-group leader (spawned with `detached: true`)
 * @param {{ marker?: string | undefined, graceMs?: number | undefined, killMs?: number | undefined }} [options]
 */
export async function stopTree(rootPid, { marker, graceMs = 3000, killMs = 5000 } = {}) {
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/PID", String(rootPid), "/T", "/F"], { windowsHide: true });
    return;
  }
  const known = new Set([rootPid]);
  for (const [signal, waitMs] of /** @type {const} */ ([
    ["SIGTERM", graceMs],
    ["SIGKILL", killMs],
  ])) {
    const signalled = new Set();
    const until = Date.now() + waitMs;
    do {
      const members = treeMembers(rootPid, marker, known);
      if (members.length === 0) return;
      for (const { pid } of members) {
        known.add(pid);
        // Looking again each round catches what was forked while the first signals were on their way.
        if (!signalled.has(pid)) sendSignal(pid, signal);
        signalled.add(pid);
      }
      await sleep(50);
    } while (Date.now() < until);
  }
  const left = treeMembers(rootPid, marker, known).map(({ pid }) => pid);
  if (left.length > 0) throw new Error(`Processes ${left.join(", ")} survived SIGKILL.`);
}

/**
 * The living processes that belong to a tree.
 * @param {number} rootPid
 * @param {string | undefined } marker
 * @param {Set<number>} known processes seen before, whose children count even after the parent is gone
 * @returns {ProcessInfo[]}
 */
export function treeMembers(rootPid, marker, known = new Set([rootPid])) {
  const all = listProcesses().filter((info) => info.pid !== process.pid && !info.zombie);
  const members = new Map();
  for (const info of all) {
    if (known.has(info.pid) || info.pgid === rootPid || (marker && info.traces().includes(marker))) {
      members.set(info.pid, info);
    }
  }
  for (let grew = true; grew;) {
    grew = false;
    for (const info of all) {
      if (!members.has(info.pid) && (members.has(info.ppid) || known.has(info.ppid))) {
        members.set(info.pid, info);
        grew = true;
      }
    }
  }
  return [...members.values()];
}

/** @param {number} pid @param {NodeJS.Signals} signal */
function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ESRCH") throw error;
  }
}

/** @returns {ProcessInfo[]} */
function listProcesses() {
  return process.platform === "linux" ? listFromProc() : listFromPs();
}

/** Slim containers have no `ps`, so Linux is read from /proc. @returns {ProcessInfo[]} */
function listFromProc() {
  const found = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readIfThere(`/proc/${name}/stat`);
    // The command's name is in brackets and may hold anything; the fields follow the last bracket.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields.length < 3) continue;
    found.push({
      pid: Number(name),
      ppid: Number(fields[1]),
      pgid: Number(fields[2]),
      zombie: fields[0] === "Z" || fields[0] === "X",
      traces: () => readIfThere(`/proc/${name}/cmdline`) + readIfThere(`/proc/${name}/environ`),
    });
  }
  return found;
}

/** @returns {ProcessInfo[]} */
function listFromPs() {
  const lines = execFileSync("ps", ["-axo", "pid=,ppid=,pgid=,stat=,args="], { encoding: "utf8" }).split(
    "\n",
  );
  return lines.flatMap((line) => {
    const [, pid, ppid, pgid, state = "", args = ""] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s*(.*)$/.exec(line) ?? [];
    if (!pid) return [];
    const numbers = { pid: Number(pid), ppid: Number(ppid), pgid: Number(pgid) };
    return [{ ...numbers, zombie: state.startsWith("Z"), traces: () => args }];
  });
}

/** A process may end between being listed and being read. @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code ?? "";
    if (["ENOENT", "ESRCH", "EACCES", "EPERM"].includes(code)) return "";
    throw error;
  }
}
