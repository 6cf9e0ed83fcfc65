import assert from "node:assert/strict";
import os from "node:os";
import path from "node:path";
import { isAbort } from "../../src/common/errors";
import { hasCode, isAlive, until } from "../support/engines";
import { endlessDrawing } from "../support/hostile-pictures";
import { demoPicture, PictureFolder, rejection, sourceOf, sources } from "../support/picture-tools";

describe("the process of the tools for pictures", function () {
  this.timeout(60_000);
  let pictures: PictureFolder;

  beforeEach(() => (pictures = new PictureFolder()));
  afterEach(() => pictures.dispose());

  it("leave out what nobody waits for any more, and do shared work once", async () => {
    const tools = pictures.newTools();
    const dropping = sources(12);
    const aborting = new AbortController();
    const [shared] = sources(1, 500);
    const cancelled = dropping.map((picture) => rejection(tools.thumbnail(picture, aborting.signal)));
    const answers = [tools.thumbnail(shared!, aborting.signal), tools.thumbnail(shared!)];
    const dropped = rejection(answers[0]!);
    aborting.abort();
    assert.ok((await Promise.all([...cancelled, dropped])).every(isAbort));
    await answers[1];
    await assert.rejects(tools.thumbnail(shared!, aborting.signal), hasCode("aborted"));
    await tools.thumbnail(sources(1, 600)[0]!);
    // The first ones ran already.
    assert.ok(pictures.cachedNames().length <= 2 + Math.max(2, os.availableParallelism()));
    // And whoever comes back gets them.
    await Promise.all(dropping.map((picture) => tools.thumbnail(picture)));
  });

  it("go on in another process when theirs is killed", async () => {
    const tools = pictures.newTools();
    const made = sources(20).map((picture) => tools.thumbnail(picture));
    await until(() => pictures.pids.length === 1, "the process to start");
    await Promise.race(made);
    process.kill(pictures.pids[0]!, "SIGKILL");
    await Promise.all(made);
    assert.equal(pictures.pids.length, 2);
    const finished = pictures.cachedNames().filter((name) => name.endsWith(".webp"));
    assert.equal(finished.length, 20);
  });

  it("give up the picture at which the process crashes, and no other", async () => {
    const tools = pictures.newTools();
    const endless = sourceOf(pictures.put("endless.svg", endlessDrawing()));
    const crashed = rejection(tools.thumbnail(endless));
    await Promise.all(sources(5).map((picture) => tools.thumbnail(picture)));
    process.kill(pictures.pids[0]!, "SIGSEGV");
    await until(() => pictures.pids.length === 2, "the second process");
    const others = Promise.all(sources(5, 100).map((picture) => tools.thumbnail(picture)));
    process.kill(pictures.pids[1]!, "SIGSEGV");
    const error = await crashed;
    assert.equal(error.code, "invalid-input");
    assert.match(error.message, /endless\.svg.*crashed/);
    await others;
    assert.equal(pictures.pids.length, 3);
    assert.equal(await rejection(tools.thumbnail(endless)), error);
  });

  it("give up a picture that takes too long, and no other", async () => {
    const tools = pictures.newTools({ timing: { pictureMs: 3_000 } });
    const stuck = rejection(tools.thumbnail(sourceOf(pictures.put("endless.svg", endlessDrawing()))));
    await Promise.all(sources(5).map((picture) => tools.thumbnail(picture)));
    assert.match((await stuck).message, /endless\.svg.*too long/);
    await tools.thumbnail(sources(1, 100)[0]!);
    assert.equal(pictures.pids.length, 2);
  });

  it("stop trying when no process can be started, and say so", async () => {
    const tools = pictures.newTools({ enginePath: path.join(pictures.folder, "no-engine.mjs") });
    const errors = await Promise.all(sources(10).map((picture) => rejection(tools.thumbnail(picture))));
    assert.ok(errors.some(({ code }) => code === "engine-crashed"));
    const started = pictures.pids.length;
    assert.ok(started <= 6, `${started} processes`);
    await assert.rejects(tools.thumbnail(sources(1, 50)[0]!), hasCode("engine-crashed"));
    await assert.rejects(tools.keep({ path: demoPicture }), hasCode("engine-crashed"));
    assert.equal(pictures.pids.length, started);
  });

  it("end their process when there is nothing to do, and start another when there is", async () => {
    const tools = pictures.newTools({ timing: { idleMs: 50 } });
    for (const [index, picture] of sources(2).entries()) {
      await tools.thumbnail(picture);
      await until(() => !isAlive(pictures.pids[index]!), "the process to end");
    }
    assert.equal(pictures.pids.length, 2);
  });

  it("leave nothing behind when they are disposed at any moment", async () => {
    for (const waitMs of [0, 100, 400, 800]) {
      const tools = pictures.newTools();
      const errors = [
        ...sources(30, waitMs * 1000).map((picture) => tools.thumbnail(picture)),
        tools.png(demoPicture),
        tools.keep({ path: demoPicture }),
      ].map((made) =>
        made.then(
          () => undefined,
          (error: unknown) => error,
        ),
      );
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      await tools.dispose();
      assert.deepEqual(pictures.pids.filter(isAlive), []);
      const unexpected = (await Promise.all(errors)).filter(
        (error) => error !== undefined && !isAbort(error),
      );
      assert.deepEqual(unexpected, []);
      await assert.rejects(tools.thumbnail(sources(1, 7)[0]!), hasCode("aborted"));
    }
  });
});
