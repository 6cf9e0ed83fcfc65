// @ts-check

/** @type {(() => unknown)[]} */
const tasks = [];
let running = false;

/**
 * Registers work for the end of the script, last registered first; it also runs on Ctrl-C.
 * @param {() => unknown} task
 * @returns {() => void} forgets the task
 */
export function onCleanup(task) {
  tasks.push(task);
  return () => {
    const index = tasks.indexOf(task);
    if (index >= 0) tasks.splice(index, 1);
  };
}

/** Runs and forgets all registered work; one failing task does not keep the others from running. */
export async function cleanup() {
  /** @type {unknown[]} */
  const errors = [];
  for (let task = tasks.pop(); task; task = tasks.pop()) {
    try {
      await task();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join("\n"));
}

/**
 * Makes Ctrl-C (and TERM, HUP) end what was started before the script ends.
 * @param {{ exitCode?: number | undefined, onSignal?: (() => void) | undefined }} [options]
 */
export function cleanUpOnSignals({ exitCode = 130, onSignal } = {}) {
  const handle = async () => {
    // A second Ctrl-C, or npm passing on the one the terminal already sent, must not start over.
    if (running) return;
    running = true;
    onSignal?.();
    let code = exitCode;
    try {
      await cleanup();
    } catch (error) {
      process.stderr.write(`${error}\n`);
      code = 1;
    }
    process.exit(code);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, handle);
}

/**
 * Runs a script's main function: cleans up, reports an error once, and sets the exit code.
 * @param {() => Promise<number | void>} main
 * @param {{ signalExitCode?: number | undefined, onSignal?: (() => void) | undefined }} [options]
 */
export async function runMain(main, options = {}) {
  cleanUpOnSignals({ exitCode: options.signalExitCode, onSignal: options.onSignal });
  let code = 1;
  try {
    code = (await main()) ?? 0;
  } catch (error) {
    // While a signal is being handled, the work it interrupted fails: that is not news.
    if (!running)
      process.stderr.write(`${error instanceof Error && process.env["DEBUG"] ? error.stack : error}\n`);
  }
  if (running) return;
  running = true;
  try {
    await cleanup();
  } catch (error) {
    process.stderr.write(`${error}\n`);
    code = 1;
  }
  process.exit(code);
}
