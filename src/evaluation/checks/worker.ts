import { parentPort } from "node:worker_threads";
import { matchPattern, type PatternJob } from "./patterns";

const port = parentPort;
if (!port) {
  throw new Error("Patterns are matched in a worker thread only.");
}
port.on("message", (job: PatternJob) => {
  port.postMessage(matchPattern(job));
});
