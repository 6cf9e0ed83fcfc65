import { Worker } from "node:worker_threads";

/**
 * Ends this process when its parent is gone, also while native code holds the main thread: a worker
 * looks at the parent's process id, which changes when an orphan is adopted, and kills from outside
 * the main thread's event loop.
 */
const watchScript = `
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) {
      process.kill(process.pid, "SIGKILL");
    }
  }, 1000);
`;

export function exitWithParent(): void {
  process.once("disconnect", () => process.exit(0));
  new Worker(watchScript, { eval: true }).unref();
}
