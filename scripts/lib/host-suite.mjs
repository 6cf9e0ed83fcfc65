// @ts-check
import { existsSync } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as sleep } from "node:timers/promises";
import { onCleanup } from "./cleanup.mjs";
import { readResult } from "./results.mjs";
import { openSession } from "./workbench/session.mjs";

/** From opening the window to the first line of mocha's. */
const START_TIMEOUT_MS = 120_000;
const SUITE_TIMEOUT_MS = 15 * 60_000;
/** What VS Code says, naming the tests' module, when that cannot be loaded or its `run` fails outside of a test. */
const RUNNER_FAILED = /extension test runner|Cannot find module|Error:/i;

/**
 * Runs a bundled mocha suite in the extension host of a window of its own, showing its output while it runs.
 * @param {import("./workbench/session.mjs").SessionOptions & { tests: string, timeoutMs?: number | undefined }} options
 * @returns {Promise<import("./results.mjs").SuiteResult>}
 */
export async function runHostSuite({ timeoutMs = SUITE_TIMEOUT_MS, ...options }) {
  if (!existsSync(options.tests)) throw new Error(`${options.tests} is missing: the build did not make it.`);
  const folder = await mkdtemp(path.join(tmpdir(), "local-models-suite-"));
  const forget = onCleanup(() => rm(folder, { recursive: true, force: true }));
  const outFile = path.join(folder, "mocha.txt");
  const resultFile = path.join(folder, "result.json");
  const env = { ...options.env, LOCAL_MODELS_TEST_OUT: outFile, LOCAL_MODELS_TEST_RESULT: resultFile };
  const session = await openSession({ ...options, env });
  const output = new Follower(outFile);
  /** @param {string} text */
  const saysNotLoaded = (text) => RUNNER_FAILED.test(text) && text.includes(options.tests);
  try {
    const started = Date.now();
    for (;;) {
      // In this order: what was printed before the result was written is then shown in full.
      const result = await readResult(resultFile);
      await output.show();
      if (result) return result;
      const elapsed = Date.now() - started;
      if (session.page.isClosed()) throw problem("The window closed before the tests ended", session);
      if (output.position === 0 && session.problems.some(saysNotLoaded)) {
        throw problem("The tests could not be started", session);
      }
      if (output.position === 0 && elapsed > START_TIMEOUT_MS)
        throw problem("No test started in time", session);
      if (elapsed > timeoutMs)
        throw problem(`The tests took more than ${timeoutMs / 60_000} minutes`, session);
      await sleep(200);
    }
  } finally {
    await session.dispose();
    forget();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Copies to our output what another process appends to a file. */
class Follower {
  /** @param {string} file */
  constructor(file) {
    this.file = file;
    this.position = 0;
    // Keeps a character whose bytes are not all there yet for the next time.
    this.decoder = new StringDecoder("utf8");
  }

  async show() {
    if (!existsSync(this.file)) return;
    const handle = await open(this.file);
    try {
      const { size } = await handle.stat();
      const { buffer, bytesRead } = await handle.read(
        Buffer.alloc(size - this.position),
        0,
        null,
        this.position,
      );
      this.position += bytesRead;
      process.stdout.write(this.decoder.write(buffer.subarray(0, bytesRead)));
    } finally {
      await handle.close();
    }
  }
}

/** @param {string} what @param {import("./workbench/session.mjs").Session} session */
function problem(what, session) {
  const said = session.problems.slice(-15).join("\n");
  return new Error(
    `${what}.\nThe window's last errors:\n${said || "(none)"}\n${session.server.output().slice(-3000)}`,
  );
}
