import assert from "node:assert/strict";
import { ChangedPaths } from "../../../src/photos/index/changed-paths";
import { JobAlongside } from "../../../src/photos/index/job-alongside";
import { mergeScans } from "../../../src/photos/index/merge-scans";
import { Pace } from "../../../src/photos/index/pace";
import { Throttle } from "../../../src/common/throttle";
import { until } from "../../support/engines";

describe("how fast indexing is", () => {
  it("is told right from the first batch on, when it is even", () => {
    const pace = new Pace(1000);
    assert.equal(pace.perSecond, 0);
    for (let at = 1500; at <= 31_000; at += 500) {
      pace.add(20, at);
      assert.ok(Math.abs(pace.perSecond - 40) < 1e-6, String(pace.perSecond));
    }
    assert.ok(Math.abs(pace.secondsFor(400)! - 10) < 1e-6);
  });

  it("follows a change within seconds, and is not thrown by one batch", () => {
    const pace = new Pace(0);
    for (let at = 1000; at <= 20_000; at += 1000) {
      pace.add(10, at);
    }
    pace.add(10, 25_000);
    assert.ok(pace.perSecond > 5 && pace.perSecond < 10, String(pace.perSecond));
    for (let at = 26_000; at <= 50_000; at += 1000) {
      pace.add(30, at);
    }
    assert.ok(Math.abs(pace.perSecond - 30) < 2, String(pace.perSecond));
  });

  it("gives no time left before it knows", () => {
    const pace = new Pace(0);
    assert.equal(pace.secondsFor(10), null);
    pace.add(5, 100);
    assert.equal(pace.secondsFor(10), null);
    pace.add(0, 5000);
    assert.ok(pace.secondsFor(10)! > 0);
  });
});

describe("a job alongside a scan", () => {
  const never = new AbortController().signal;

  it("runs once at a time, again when there is more, and is waited for", async () => {
    const ends: (() => void)[] = [];
    const job = new JobAlongside(() => new Promise((resolve) => ends.push(resolve)), never);
    job.begin();
    job.begin();
    assert.equal(ends.length, 1);
    ends[0]!();
    await job.finish();
    job.begin();
    let isFinished = false;
    const finished = job.finish().then(() => (isFinished = true));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([ends.length, isFinished], [2, false]);
    ends[1]!();
    await finished;
  });

  it("tells at the end why it failed, and is not begun again", async () => {
    let begun = 0;
    const job = new JobAlongside(() => {
      begun++;
      return Promise.reject(new Error("disk full"));
    }, never);
    job.begin();
    await assert.rejects(job.finish(), /disk full/);
    job.begin();
    assert.equal(begun, 1);
  });

  it("ends when the scan fails", async () => {
    const untilAborted = (signal: AbortSignal) =>
      new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    const job = new JobAlongside(untilAborted, never);
    job.begin();
    await job.stop();
  });
});

describe("throttling", () => {
  it("acts at once, then once for all that was asked meanwhile", async () => {
    let count = 0;
    const throttle = new Throttle(30, () => count++);
    throttle.ask();
    assert.equal(count, 1);
    for (let asked = 0; asked < 50; asked++) {
      throttle.ask();
    }
    assert.equal(count, 1);
    await until(() => count === 2, "the second");
    throttle.ask();
    throttle.flush();
    assert.equal(count, 3);
    throttle.flush();
    assert.equal(count, 3);
    throttle.ask();
    throttle.dispose();
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal(count, 3);
  });
});

describe("paths that changed", () => {
  it("are collected until it is quiet, each once", async () => {
    let ready = 0;
    const paths = new ChangedPaths(() => ready++);
    paths.add(["/a", "/b"]);
    paths.add(["/a"]);
    paths.add([]);
    assert.equal(paths.isReady, false);
    await until(() => ready === 1, "quiet");
    assert.equal(paths.isReady, true);
    assert.deepEqual(paths.take(), ["/a", "/b"]);
    assert.equal(paths.isReady, false);
    assert.deepEqual(paths.take(), []);
  });

  it("do not wait forever for quiet", async () => {
    let ready = 0;
    const paths = new ChangedPaths(() => ready++);
    const endless = setInterval(() => paths.add([String(Math.random())]), 20);
    await until(() => ready > 0, "an end");
    clearInterval(endless);
    paths.dispose();
  });

  it("replace only what a scan of them knows anew", () => {
    const nothing = { found: 0, changed: 0, gone: 0, skipped: [], unreadable: [] };
    const skipped = (path: string) => ({ path, reason: "heic" as const });
    const earlier = { ...nothing, skipped: ["/w/a.heic", "/w/in/b.heic", "/w/inner.heic"].map(skipped) };
    const merged = mergeScans(earlier, { ...nothing, skipped: [skipped("/w/in/c.heic")] }, ["/w/in"]);
    assert.deepEqual(
      merged.skipped.map(({ path }) => path),
      ["/w/a.heic", "/w/inner.heic", "/w/in/c.heic"],
    );
  });
});
