import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import sharp from "sharp";
import { contentHash } from "../../src/photos/scan/content-hash";
import { hasCode } from "../support/engines";
import { entityBomb, hugePng } from "../support/hostile-pictures";
import {
  demoPicture,
  hashNumber,
  PictureFolder,
  rejection,
  sourceOf,
  sources,
} from "../support/picture-tools";

describe("the tools for pictures", function () {
  this.timeout(60_000);
  let pictures: PictureFolder;

  beforeEach(() => (pictures = new PictureFolder()));
  afterEach(() => pictures.dispose());

  const plain = (width: number, height: number, background: string) =>
    sharp({ create: { width, height, channels: 4, background } });
  const pixelsOf = async (file: string) => {
    const { data, info } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 4).subarray(0, 4)];
    return { width: info.width, height: info.height, at };
  };
  const assertColour = (actual: number[], expected: number[]) =>
    assert.ok(
      actual.every((value, index) => Math.abs(value - expected[index]!) < 12),
      `${actual.join()} instead of ${expected.join()}`,
    );

  it("make small pictures, which later sessions know", async () => {
    const tools = pictures.newTools();
    const picture = sourceOf(demoPicture);
    assert.equal(tools.cached(picture.hash), undefined);
    const file = await tools.thumbnail(picture);
    assert.equal(file, path.join(pictures.cacheFolder, picture.hash.slice(0, 2), `${picture.hash}.webp`));
    assert.equal(tools.cached(picture.hash), file);
    const { format, width, height } = await sharp(file).metadata();
    assert.equal(format, "webp");
    assert.equal(Math.max(width, height), 320);
    const original = await sharp(demoPicture).metadata();
    assert.ok(Math.abs(width / height - original.width / original.height) < 0.01);

    const later = pictures.newTools();
    await later.loaded;
    assert.equal(later.cached(picture.hash), file);
    assert.equal(await later.thumbnail(picture), file);
    assert.equal(pictures.pids.length, 1);
    assert.deepEqual(pictures.cachedNames(), [`${picture.hash}.webp`]);

    // Another window trimmed the folder, or the power failed.
    for (const spoil of [() => unlinkSync(file), () => writeFileSync(file, "")]) {
      spoil();
      assert.equal(await later.thumbnail(picture), file);
      assert.equal((await sharp(file).metadata()).format, "webp");
    }
    assert.equal(pictures.pids.length, 2);
  });

  it("make larger pictures, and do not enlarge small ones", async () => {
    const tools = pictures.newTools();
    const large = pictures.put("large.png", await plain(3000, 2000, "red").png().toBuffer());
    const preview = await pixelsOf(await tools.preview(sourceOf(large)));
    assert.deepEqual([preview.width, preview.height], [1600, 1067]);
    const dot = pictures.put("dot.png", await plain(1, 1, "red").png().toBuffer());
    for (const file of [await tools.preview(sourceOf(dot)), await tools.thumbnail(sourceOf(dot))]) {
      const { width, height, at } = await pixelsOf(file);
      assert.deepEqual([width, height], [1, 1]);
      assertColour(at(0, 0), [255, 0, 0, 255]);
    }
    const line = pictures.put("line.png", await plain(30_000, 1, "red").png().toBuffer());
    const { width, height } = await pixelsOf(await tools.thumbnail(sourceOf(line)));
    assert.deepEqual([width, height], [320, 1]);
  });

  it("show pictures upright, transparent, and by their first frame", async () => {
    const tools = pictures.newTools();
    const halves = plain(200, 100, "red").composite([
      { input: await plain(100, 100, "blue").png().toBuffer(), left: 100, top: 0 },
    ]);
    const turned = pictures.put(
      process.platform === "win32" ? "turned 😀.jpg" : "turned 😀\n'\".jpg",
      await sharp(await halves.png().toBuffer())
        .rotate(90)
        .withMetadata({ orientation: 8 })
        .jpeg()
        .toBuffer(),
    );
    const upright = await pixelsOf(await tools.thumbnail(sourceOf(turned)));
    assert.deepEqual([upright.width, upright.height], [200, 100]);
    assertColour(upright.at(20, 50), [255, 0, 0, 255]);
    assertColour(upright.at(180, 50), [0, 0, 255, 255]);

    const glass = pictures.put("glass.png", await plain(9, 9, "#0000").png().toBuffer());
    assert.equal((await pixelsOf(await tools.thumbnail(sourceOf(glass)))).at(4, 4)[3], 0);

    const frames = await Promise.all(["red", "lime"].map((colour) => plain(20, 20, colour).png().toBuffer()));
    const film = pictures.put(
      "film.gif",
      await sharp(frames, { join: { animated: true } })
        .gif()
        .toBuffer(),
    );
    assert.equal((await sharp(film).metadata()).pages, 2);
    const still = await tools.thumbnail(sourceOf(film));
    assert.equal((await sharp(still).metadata()).pages, undefined);
    assertColour((await pixelsOf(still)).at(10, 10), [255, 0, 0, 255]);
  });

  it("enlarge drawings, and fetch nothing for them", async () => {
    const tools = pictures.newTools();
    let fetched = 0;
    const server = createServer((_, response) => {
      fetched++;
      response.end();
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    try {
      const secret = pictures.put("secret.png", await plain(10, 10, "lime").png().toBuffer());
      const remote = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.png`;
      for (const reference of [remote, secret, `file://${secret}`, "../secret.png"]) {
        const image = `<image width="24" height="24" href="${reference}"/>`;
        const drawing = pictures.put(
          "drawings/drawing.svg",
          `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="12">${image}</svg>`,
        );
        const { width, height, at } = await pixelsOf(await tools.thumbnail(sourceOf(drawing)));
        assert.deepEqual([width, height], [320, 160]);
        assert.equal(at(160, 80)[3], 0, reference);
      }
      assert.equal(fetched, 0);
    } finally {
      server.close();
    }
  });

  it("refuse what is no picture, each with its reason, and read the others", async () => {
    const tools = pictures.newTools();
    const jpeg = await sharp(demoPicture).jpeg().toBuffer();
    const hostile: Record<string, string | Uint8Array> = {
      "empty.jpg": "",
      "truncated.jpg": jpeg.subarray(0, jpeg.length / 2),
      "text.jpg": "Dear reader, this is no picture.",
      "huge.png": hugePng(),
      "huge.svg": `<svg xmlns="http://www.w3.org/2000/svg" width="100000" height="100000"/>`,
      "entities.svg": entityBomb(),
      "cut.svg": `<svg xmlns="http://www.w3.org/2000/svg" width="10"`,
      "random.webp": Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251)),
    };
    const refused = Object.entries(hostile).map(async ([name, content]) => {
      const picture = sourceOf(pictures.put(name, content));
      const error = await rejection(tools.thumbnail(picture));
      assert.equal(error.code, "invalid-input");
      assert.ok(error.message.includes(`“${name}”`), error.message);
      assert.equal(tools.cached(picture.hash), undefined);
      // It is not tried again.
      assert.equal(await rejection(tools.preview(picture)), error);
    });
    await Promise.all([...refused, ...sources(4).map((picture) => tools.thumbnail(picture))]);
    const gone = { path: path.join(pictures.folder, "gone.jpg"), hash: hashNumber(1000) };
    await assert.rejects(tools.thumbnail(gone), hasCode("file-missing"));
    await assert.rejects(
      tools.thumbnail({ path: pictures.folder, hash: hashNumber(1001) }),
      hasCode("invalid-input"),
    );
    await assert.rejects(tools.png(pictures.put("b.png", "b")), hasCode("invalid-input"));
    assert.equal(pictures.pids.length, 1);
    assert.equal(pictures.cachedNames().length, 4);
  });

  it("never leave their folder", async () => {
    const tools = pictures.newTools();
    for (const hash of ["", "../../x", `${"a".repeat(63)}/`, "A".repeat(64), `${"a".repeat(64)}\n`]) {
      await assert.rejects(tools.thumbnail({ path: demoPicture, hash }), hasCode("internal"));
      await assert.rejects(tools.preview({ path: demoPicture, hash }), hasCode("internal"));
      assert.equal(tools.cached(hash), undefined);
      assert.equal(tools.find(`kept:${hash}`), undefined);
    }
    assert.equal(pictures.pids.length, 0);
  });

  it("say so when the cache folder cannot be written", async () => {
    const blocked = pictures.put("blocked", "a file where the folder should be");
    const tools = pictures.newTools({ cacheFolder: blocked });
    const [picture] = sources(1);
    await assert.rejects(tools.thumbnail(picture!), hasCode("file-error"));
    await assert.rejects(
      tools.keep({ name: "a.jpg", bytes: readFileSync(demoPicture) }),
      hasCode("file-error"),
    );
  });

  it("turn pictures into PNG for the clipboard", async () => {
    const tools = pictures.newTools();
    const bytes = await tools.png(demoPicture);
    const { format, width, height } = await sharp(bytes).metadata();
    const original = await sharp(demoPicture).metadata();
    assert.deepEqual([format, width, height], ["png", original.width, original.height]);
    const wide = pictures.put("wide.webp", await plain(6000, 30, "#00ff0080").webp().toBuffer());
    const { width: shrunk, hasAlpha } = await sharp(await tools.png(wide)).metadata();
    assert.deepEqual([shrunk, hasAlpha], [4096, true]);
    const icon = pictures.put("i.svg", `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24"/>`);
    assert.equal((await sharp(await tools.png(icon)).metadata()).width, 24);
    assert.equal(pictures.cachedNames().length, 0);
  });

  describe("keep pictures for queries", () => {
    it("that were dropped or pasted, also for later sessions", async () => {
      const tools = pictures.newTools();
      const bytes = readFileSync(demoPicture);
      const name = "from\nthe clipboard 😀/../x.jpg";
      const [kept, again] = await Promise.all([tools.keep({ name, bytes }), tools.keep({ name, bytes })]);
      const hash = contentHash(demoPicture);
      assert.deepEqual(kept, again);
      assert.deepEqual(kept, {
        pictureId: `kept:${hash}`,
        name,
        path: path.join(pictures.cacheFolder, "kept", hash),
        hash,
      });
      assert.deepEqual(readFileSync(kept.path), bytes);
      assert.notEqual(tools.cached(hash), undefined);
      assert.deepEqual(readdirSync(path.join(pictures.cacheFolder, "temporary")), []);
      const later = pictures.newTools();
      assert.deepEqual(later.find(kept.pictureId), kept);
      assert.equal(later.find("kept:0"), undefined);
      assert.equal(later.find(`kept:${hashNumber(1)}`), undefined);
      unlinkSync(kept.path);
      assert.equal(later.find(kept.pictureId), undefined);
    });

    it("that are files, where they are", async () => {
      const tools = pictures.newTools();
      const file = pictures.put("my picture.jpg", readFileSync(demoPicture));
      const kept = await tools.keep({ path: file });
      assert.deepEqual([kept.name, kept.path, kept.hash], ["my picture.jpg", file, contentHash(file)]);
      assert.deepEqual(pictures.newTools().find(kept.pictureId), kept);
      assert.ok(!existsSync(path.join(pictures.cacheFolder, "kept", kept.hash)));
    });

    it("and refuse everything else", async () => {
      const tools = pictures.newTools();
      const keepBytes = (bytes: Uint8Array) => tools.keep({ name: "dropped.jpg", bytes });
      const error = await rejection(keepBytes(Buffer.from("no picture")));
      assert.equal(error.code, "invalid-input");
      assert.match(error.message, /“dropped\.jpg”/);
      await assert.rejects(keepBytes(new Uint8Array()), hasCode("invalid-input"));
      await assert.rejects(keepBytes(new Uint8Array(64_000_001)), hasCode("invalid-input"));
      await assert.rejects(tools.keep({ path: pictures.folder }), hasCode("invalid-input"));
      await assert.rejects(
        tools.keep({ path: path.join(pictures.folder, "gone.jpg") }),
        hasCode("file-missing"),
      );
      await assert.rejects(
        tools.keep({ path: pictures.put("notes.txt", "notes") }),
        hasCode("invalid-input"),
      );
      assert.deepEqual(pictures.cachedNames(), []);
    });
  });
});
