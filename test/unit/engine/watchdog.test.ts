import assert from "node:assert/strict";
import { delay, deferred } from "../../../src/common/async";
import { Watchdog, type Watched } from "../../../src/engine/watchdog";

const never = () => new Promise<never>(() => {});
const soon = () => Promise.resolve();
/** Milliseconds to wait for what must happen, and for what must not. */
const [long, brief] = [8_000, 250];
const timing = {
  checkEveryMs: 20,
  loadingMs: 10_000,
  progressMs: 10_000,
  idleMs: 10_000,
  busyMs: 10_000,
  poolMs: 10_000,
};

describe("the watchdog", () => {
  /** Whether a process that behaves so is called stuck within a moment. */
  async function isStuck(
    watched: Partial<Watched>,
    bounds: Partial<typeof timing>,
    withinMs: number,
    meanwhile: (watchdog: Watchdog) => void = () => {},
  ): Promise<boolean> {
    const stuck = deferred<true>();
    const watchdog = new Watchdog(
      { ping: soon, probe: soon, phase: () => "idle", ...watched, onStuck: () => stuck.resolve(true) },
      { ...timing, ...bounds },
    );
    const timer = setInterval(() => meanwhile(watchdog), 10);
    const result = await Promise.race([stuck.promise, delay(withinMs).then(() => false)]);
    clearInterval(timer);
    watchdog.dispose();
    return result;
  }

  for (const phase of ["loading", "idle", "busy"] as const) {
    it(`notices silence while ${phase}, by that phase's bound`, async () => {
      const silent: Partial<Watched> = { ping: never, phase: () => phase };
      assert.equal(await isStuck(silent, { [`${phase}Ms`]: 50 }, long), true);
      assert.equal(await isStuck(silent, {}, brief), false);
    });
  }

  it("takes any message as a sign of life", async () => {
    const heard = (watchdog: Watchdog) => watchdog.heard();
    assert.equal(await isStuck({ ping: never }, { idleMs: 100 }, brief, heard), false);
  });

  it("notices a load without progress although it answers", async () => {
    const loading: Partial<Watched> = { phase: () => "loading", probe: never };
    assert.equal(await isStuck(loading, { progressMs: 50 }, long), true);
    const progressed = (watchdog: Watchdog) => watchdog.progressed();
    assert.equal(await isStuck(loading, { progressMs: 100, poolMs: 1 }, brief, progressed), false);
  });

  it("notices native code that holds the pool of a running model", async () => {
    assert.equal(await isStuck({ probe: never }, { poolMs: 50 }, long), true);
  });

  it("leaves alone what answers, and what can no longer answer because it ended", async () => {
    const bounds = { idleMs: 50, poolMs: 50, progressMs: 50 };
    assert.equal(await isStuck({}, bounds, brief), false);
    const ended = () => Promise.reject(new Error("gone"));
    assert.equal(await isStuck({ ping: ended, probe: ended }, bounds, brief), false);
  });
});
