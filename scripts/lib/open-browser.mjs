// @ts-check
import { spawn } from "node:child_process";
import { which } from "./exec.mjs";

/** Is there a screen somebody may be looking at? */
export function hasDisplay() {
  if (process.env["CI"]) return false;
  if (process.platform !== "linux") return true;
  return Boolean(process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"]);
}

/**
 * Opens the person's own browser; the address was printed before, so failing here costs nothing.
 * @param {string} url
 * @returns {boolean} whether it was tried
 */
export function openBrowser(url) {
  if (!hasDisplay()) return false;
  const [command, ...args] =
    process.platform === "win32"
      ? ["rundll32", "url.dll,FileProtocolHandler"]
      : [process.platform === "darwin" ? "open" : "xdg-open"];
  if (process.platform === "linux" && !which(command)) return false;
  const child = spawn(command, [...args, url], { stdio: "ignore", detached: true });
  child.on("error", (error) => console.log(`The browser could not be opened (${error.message}).`));
  child.unref();
  return true;
}
