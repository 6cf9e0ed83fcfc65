import { readFileSync } from "node:fs";
import { errnoCode } from "../../common/errors";

/** True when no process has this number, or only the unreaped rest of one. */
export function isProcessGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errnoCode(error) === "ESRCH";
  }
  const state = procStat(pid)?.[0];
  return state === "Z" || state === "X";
}

/**
 * Something that two processes never share, even when they get the same number one after the other:
 * the boot's id and the process's start in clock ticks. Undefined where there is no `/proc`.
 */
export function processIdentity(pid: number): string | undefined {
  const startTicks = procStat(pid)?.[19];
  const bootId = read("/proc/sys/kernel/random/boot_id")?.trim();
  return startTicks === undefined || bootId === undefined ? undefined : `${bootId}:${startTicks}`;
}

/** The fields of proc(5) `/proc/[pid]/stat` from the third, the state, on. */
function procStat(pid: number): string[] | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The second field, a name in parentheses, may itself hold spaces and parentheses.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
