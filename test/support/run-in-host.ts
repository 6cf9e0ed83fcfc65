import { appendFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { format } from "node:util";

const TEST_TIMEOUT_MS = 60_000;

interface Result {
  passes: number;
  failures: number;
  /** Each failed test with its error. */
  failed: string[];
}

/**
 * Runs the bundled tests of a folder inside the extension host. Its console belongs to VS Code, so the report
 * goes to a file where one is asked for; the counts go beside it.
 */
export async function runTestsIn(folder: string): Promise<void> {
  const { default: Mocha } = await import("mocha");
  const out = process.env["LOCAL_MODELS_TEST_OUT"];
  if (out)
    Mocha.reporters.Base.consoleLog = (...args: unknown[]) => appendFileSync(out, `${format(...args)}\n`);

  const grep = process.env["LOCAL_MODELS_TEST_GREP"];
  const mocha = new Mocha({ ui: "bdd", reporter: "spec", color: false, timeout: TEST_TIMEOUT_MS, grep });
  const files = readdirSync(folder).filter((name) => name.endsWith(".test.js"));
  for (const name of files.sort()) mocha.addFile(path.join(folder, name));

  const result: Result = { passes: 0, failures: 0, failed: [] };
  try {
    await mocha.loadFilesAsync();
    await new Promise<void>((resolve) => {
      const runner = mocha.run(() => resolve());
      runner.on("pass", () => (result.passes += 1));
      runner.on("fail", (test, error) => {
        result.failures += 1;
        result.failed.push(`${test.fullTitle()}\n${describe(error)}`);
      });
    });
  } catch (error) {
    const failure = `The tests could not be loaded: ${describe(error)}`;
    result.failures += 1;
    result.failed.push(failure);
    Mocha.reporters.Base.consoleLog(failure);
  }
  writeResult(result);
  if (result.failures > 0) throw new Error(`${result.failures} tests failed.`);
  if (result.passes === 0) throw new Error("No test ran.");
}

/** Whoever waits for the file must never see half of it. */
function writeResult(result: Result): void {
  const file = process.env["LOCAL_MODELS_TEST_RESULT"];
  if (!file) return;
  writeFileSync(`${file}.tmp`, JSON.stringify(result));
  renameSync(`${file}.tmp`, file);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
