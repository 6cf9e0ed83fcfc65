// @ts-check
import { setTimeout as sleep } from "node:timers/promises";

export const DEFAULT_TIMEOUT_MS = 20_000;

/**
 * Polls until `probe` gives something truthy. The error says what was waited for and what was last seen.
 * @template T
 * @param {string} what
 * @param {() => Promise<T> | T} probe
 * @param {{ timeoutMs?: number | undefined, intervalMs?: number | undefined, seen?: () => Promise<unknown> | unknown }} [options]
 * @returns {Promise<NonNullable<T>>}
 */
export async function waitUntil(
  what,
  probe,
  { timeoutMs = DEFAULT_TIMEOUT_MS, intervalMs = 100, seen } = {},
) {
  const until = Date.now() + timeoutMs;
  /** @type {unknown} */
  let lastError;
  for (;;) {
    try {
      const value = await probe();
      if (value) return /** @type {NonNullable<T>} */ (value);
      lastError = undefined;
    } catch (error) {
      // The page is changing under the probe; only the last failure matters.
      lastError = error;
    }
    if (Date.now() > until) break;
    await sleep(intervalMs);
  }
  const details = [
    lastError ? `last error: ${lastError}` : "",
    seen ? `seen: ${await describe(seen)}` : "",
  ].filter(Boolean);
  throw new Error([`Waited ${timeoutMs / 1000} s in vain for ${what}.`, ...details].join("\n"));
}

/** @param {() => Promise<unknown> | unknown} seen */
async function describe(seen) {
  try {
    return JSON.stringify(await seen(), null, 1);
  } catch (error) {
    return `(nothing: ${error})`;
  }
}

/**
 * Does a text satisfy what a test asks for: a string must be all of it, a pattern may match a part?
 * @param {string} text
 * @param {string | RegExp} wanted
 */
export function textMatches(text, wanted) {
  const clean = text.replaceAll("\u00a0", " ").replace(/\s+/g, " ").trim();
  return typeof wanted === "string" ? clean === wanted : wanted.test(clean);
}
