import { copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type ProcessInfo, treeMembers } from "../../scripts/lib/process-tree.mjs";
import { waitUntil, type Workbench } from "../../scripts/lib/workbench.mjs";
import type { TreeRow } from "../../scripts/lib/workbench/tree.mjs";

/** Puts a file into a workspace's models folder the way other programs leave it there. */
export async function addModel(
  folder: string,
  repoId: string,
  source: string | Buffer,
  file: string,
): Promise<void> {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  const repo = path.join(folder, "models/hub", `models--${repoId.replace("/", "--")}`);
  await mkdir(path.join(repo, "refs"), { recursive: true });
  await mkdir(path.join(repo, "snapshots", commit), { recursive: true });
  const target = path.join(repo, "snapshots", commit, file);
  await (typeof source === "string" ? copyFile(source, target) : writeFile(target, source));
  await writeFile(path.join(repo, "refs/main"), commit);
}

/** Deploys a downloaded chat model by its row, and waits until it runs. */
export async function deployModel(workbench: Workbench, name: string | RegExp): Promise<void> {
  const row = await workbench.row(name, { under: ["Downloaded", "Chat"] });
  await row.inlineAction("Deploy");
  await untilDescribed(workbench, name, running);
}

/** What the row of a running chat model says beside its name. */
export const running = / tokens(?: |$)/;

/** Waits until the row of a chat model under Running says this beside its name. */
export async function untilDescribed(
  workbench: Workbench,
  name: string | RegExp,
  wanted: RegExp,
): Promise<TreeRow> {
  const row = await workbench.row(name, { under: ["Running", "Chat"] });
  const described = async () => (await row.text()).description;
  await waitUntil(`${String(name)} to be ${String(wanted)}`, async () => wanted.test(await described()), {
    timeoutMs: 60_000,
    seen: described,
  });
  return row;
}

/** The engine processes below this window's server, also those whose extension host is gone. */
export function engines(workbench: Workbench): ProcessInfo[] {
  return treeMembers(workbench.session.server.pid, undefined).filter(({ traces }) =>
    /[/\\]engine\.mjs(?:[\0\s]|$)/.test(traces()),
  );
}

export function enginePids(workbench: Workbench): number[] {
  return engines(workbench).map(({ pid }) => pid);
}
