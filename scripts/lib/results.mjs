// @ts-check
import { readFile, writeFile } from "node:fs/promises";

/** How a suite tells the script that started it what came out. */
export const RESULT_VARIABLE = "LOCAL_MODELS_TEST_RESULT";

/**
 * @typedef {object} SuiteResult
 * @property {number} passes
 * @property {number} failures
 * @property {string[]} failed Each failed test with its error.
 */

/**
 * Reads a result; undefined when the suite ended before it wrote one.
 * @param {string} file
 * @returns {Promise<SuiteResult | undefined>}
 */
export async function readResult(file) {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Hands a result on to whoever started this script, and turns it into an exit code.
 * @param {SuiteResult} result
 * @returns {Promise<number>}
 */
export async function reportResult(result) {
  const file = process.env[RESULT_VARIABLE];
  if (file) await writeFile(file, JSON.stringify(result));
  if (result.passes + result.failures === 0) {
    console.log("No test ran: that counts as a failure.");
    return 1;
  }
  return result.failures === 0 ? 0 : 1;
}
