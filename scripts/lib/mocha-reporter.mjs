// @ts-check
import { writeFileSync } from "node:fs";
import Mocha from "mocha";

/** The spec reporter, which also leaves its counts and failures for the script that sums all suites. */
export default class SpecWithResult extends Mocha.reporters.Spec {
  /** @param {Mocha.Runner} runner @param {Mocha.MochaOptions} options */
  constructor(runner, options) {
    super(runner, options);
    const file = process.env["LOCAL_MODELS_TEST_RESULT"];
    if (!file) return;
    /** @type {string[]} */
    const failed = [];
    runner.on("fail", (test, error) => {
      failed.push(`${test.fullTitle()}\n${error.stack ?? error.message ?? error}`);
    });
    runner.once("end", () => {
      const { passes = 0, failures = 0 } = runner.stats ?? {};
      writeFileSync(file, JSON.stringify({ passes, failures, failed }));
    });
  }
}
