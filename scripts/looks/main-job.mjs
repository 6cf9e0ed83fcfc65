// @ts-check
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { repoRoot } from "../lib/paths.mjs";

/** Pull, deploy and chat as a person sees them; the README's pictures. @param {import("../look.mjs").Look} look */
export async function look({ workbench, shot }) {
  const { page } = workbench;
  await workbench.openView("Local Models");
  const row = await workbench.row("Qwen3 0.6B", { under: ["Recommended", "Chat"] });
  await row.inlineAction("Pull");
  await workbench.notifications.waitFor(/Pulling .* left/);
  await shot("pull");
  await workbench.notifications.click(/Pulling/, "Cancel");

  const demo = await workbench.row("Demo Chat", { under: ["Downloaded", "Chat"] });
  await demo.inlineAction("Deploy");
  await workbench.waitStatus(/Demo Chat Q8_0$/);
  await workbench.command("Local Models: Open Chat");
  const frame = await workbench.webview({ holds: ".composer" });
  await sleep(800);
  await shot("empty");
  for (const question of ["What can you do?", "How do I pull a model?", "Show me hello world in Python."]) {
    await frame.locator(".composer textarea").fill(question);
    await page.keyboard.press("Enter");
    await sleep(2500);
  }
  await shot("chat");
  await frame.locator(".statistics summary").last().click();
  await frame.locator(".system-prompt-toggle").click();
  await sleep(400);
  await shot("details");
  await frame.locator(".model-picker vscode-dropdown").click();
  await sleep(400);
  await shot("picker");
  await page.keyboard.press("Escape");
  await workbench.command("Local Models: Chat History…");
  await sleep(600);
  await shot("history");
  await workbench.quickInput.cancel();
  await workbench.command("Local Models: Pull Model…");
  await workbench.quickInput.type("qwen");
  await sleep(1500);
  await shot("search");
  await workbench.quickInput.cancel();
  const running = await workbench.row("Demo Chat", { under: ["Running", "Chat"] });
  await (await running.locator()).click({ button: "right" });
  await sleep(500);
  await shot("menu");
  await page.keyboard.press("Escape");
}

/** A hub on this machine that serves one large file slowly. */
export async function prepare() {
  const folder = await mkdtemp(path.join(tmpdir(), "local-models-look-"));
  await writeFile(path.join(folder, "Qwen3-0.6B-Q8_0.gguf"), Buffer.alloc(60_000_000, "GGUF"));
  const args = ["--import", "tsx", "test/fixtures/hub-server.ts", "--rate", "4000000"];
  const child = spawn(process.execPath, [...args, "--repo", `Qwen/Qwen3-0.6B-GGUF=${folder}`], {
    cwd: repoRoot,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise((resolve) =>
    child.stdout.on("data", (data) => {
      const match = /HF_ENDPOINT=(\S+)/.exec(String(data));
      if (match) resolve(match[1]);
    }),
  );
  return {
    env: { HF_ENDPOINT: url },
    dispose: async () => {
      child.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
