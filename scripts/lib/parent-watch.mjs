// @ts-check
// Loaded into the VS Code server before its own code: ends the server's whole process group when the script
// that started it is gone, even by kill -9. The script holds the other end of stdin and never writes to it.

if (process.argv[1]?.endsWith("server-main.js")) {
  // The server's own children must not load this again.
  process.execArgv = [];
  process.stdin.on("error", endGroup).on("close", endGroup).resume();
}

function endGroup() {
  if (process.platform === "win32") process.exit(1);
  process.kill(-process.pid, "SIGKILL");
}
