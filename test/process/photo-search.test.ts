import assert from "node:assert/strict";
import { copyFileSync, cpSync, mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import sharp from "sharp";
import type { PhotoQuery } from "../../src/protocol/photos-view";
import { hasCode, repoRoot } from "../support/engines";
import { never, PhotoIndex, photoQuery } from "../support/photo-index";

const demo = path.join(repoRoot, "demo-workspace");

/** The demo pictures and texts, the demo models, the real store. Tests follow one another on one index. */
describe("photo search", function () {
  this.timeout(120_000);
  let index: PhotoIndex;
  let workspace: string;

  before(async () => {
    index = new PhotoIndex(path.join(repoRoot, "out/test/photo-search"));
    workspace = index.pictures;
    rmSync(workspace, { recursive: true, force: true });
    for (const folder of ["pictures", "texts"]) {
      cpSync(path.join(demo, folder), path.join(workspace, folder), { recursive: true });
    }
    await index.scan();
  });
  after(async () => {
    await index.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  async function find(text: string, change: Partial<PhotoQuery> = {}, signal = never) {
    const results = await index.search.search(photoQuery(text, change), signal);
    const rows = await index.search.rows(results.resultsId, 0, results.count);
    const names = rows.map(({ path: file }) => path.relative(path.join(workspace, "pictures"), file));
    return { ...results, rows, names, likelyNames: names.slice(0, results.likely) };
  }

  async function idOf(name: string): Promise<number> {
    const { names, rows } = await find("", { sort: "name" });
    return rows[names.indexOf(path.normalize(name))]!.fileId;
  }

  const picture = async (name: string, weight = 1) => ({ pictureId: `file:${await idOf(name)}`, weight });

  describe("without a model", () => {
    it("shows all pictures in the order wished for, and by filters", async () => {
      const all = await find("");
      assert.deepEqual([all.count, all.likely], [320, 320]);
      assert.equal(all.rows[0]!.score, undefined);
      const byName = (await find("", { sort: "name" })).names;
      assert.deepEqual(byName, [...byName].sort());
      const sizes = (await find("", { sort: "largest" })).rows.map(({ sizeBytes }) => sizeBytes);
      assert.deepEqual(
        sizes,
        [...sizes].sort((a, b) => b - a),
      );
      const folder = path.join(workspace, "pictures/sea");
      const inSea = await find("", { filter: { folder, formats: ["jpeg", "gif"] } });
      assert.ok(inSea.count > 5 && inSea.names.every((name) => /^sea.*\.(jpg|gif)$/.test(name)));
      assert.equal((await find("", { filter: { formats: [] } })).count, 0);
    });

    it("searches names and folders by words", async () => {
      assert.deepEqual(
        (await find("holiday-39")).likelyNames,
        ["sea/holiday-39.jpg"].map((name) => path.normalize(name)),
      );
      const winter = await find("winter DSC004");
      assert.ok(winter.likely > 10 && winter.likelyNames.every((name) => name.startsWith("winter")));
      assert.deepEqual([(await find("submarine")).count], [0]);
    });

    it("says what a search by picture needs", async () => {
      const pictures = [await picture("sea/holiday-39.jpg")];
      await assert.rejects(find("", { pictures }), hasCode("engine-stopped"));
      assert.equal((await find("holiday-39", { pictures })).likely, 1);
    });

    it("knows the folders", async () => {
      const folders = await index.search.folders();
      const labels = folders.map(({ label }) => label);
      assert.deepEqual(
        labels.slice(0, 2),
        ["pictures", "pictures/garden"].map((name) => path.normalize(name)),
      );
      assert.equal(folders[0]!.pictures, 320);
      assert.equal(folders.find(({ path: folder }) => folder.endsWith("travel"))!.pictures, 64);
    });

    it("finds the pictures that no text mentions", async () => {
      const used = await find("", { view: "all", sort: "name" });
      const { names, reclaimableBytes, rows, count } = await find("", { view: "unused", sort: "name" });
      const left = used.names.filter((name) => !names.includes(name));
      assert.ok(left.includes(path.normalize("home/photo 132.png")), "written as photo%20132.png");
      assert.ok(left.includes(path.normalize("sea/holiday-39.jpg")));
      assert.equal(count, 302);
      assert.equal(
        reclaimableBytes,
        rows.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      );
      writeFileSync(path.join(workspace, "new.html"), `<img src='pictures/${names[0]!}'>`);
      assert.equal((await find("", { view: "unused" })).count, 301);
      rmSync(path.join(workspace, "new.html"));
      assert.equal((await find("", { view: "unused" })).count, 302);
      const inSea = { folder: path.join(workspace, "pictures/sea") };
      assert.ok((await find("", { view: "unused", filter: inSea })).count < 40);
    });

    it("ends when it is cancelled", async () => {
      const controller = new AbortController();
      const searching = find("", { view: "unused" }, controller.signal);
      setImmediate(() => controller.abort());
      await assert.rejects(searching, hasCode("aborted"));
      await assert.rejects(find("", {}, controller.signal), hasCode("aborted"));
      assert.equal((await find("", { view: "unused" })).count, 302);
    });
  });

  describe("with an image-text model", () => {
    before(async () => {
      await index.deploy("image-text");
      await index.embed();
    });

    it("finds by words what is seen", async () => {
      const boats = await find("four brown boats");
      assert.ok(boats.likelyNames.includes(path.normalize("sea/holiday-39.jpg")), boats.likelyNames.join());
      assert.ok(boats.likely < 10);
      assert.equal((await find("big red heart")).names[0], path.normalize("sea/holiday-07.png"));
      const scores = boats.rows.map(({ score }) => score!);
      assert.ok(scores.every((score) => score >= -1 && score <= 1));
      assert.equal(new Set(boats.names).size, 320, "every picture once");
    });

    it("says that nothing looks like it", async () => {
      for (const text of ["dog", "submarine", "elephant"]) {
        const { likely, count } = await find(text);
        assert.deepEqual([text, likely, count], [text, 0, 320]);
      }
    });

    it("weighs parts, and pushes away", async () => {
      const red = new Set((await find("red car")).names.slice(0, 5));
      const without = (await find("car - red")).names.slice(0, 10);
      assert.ok(without.filter((name) => red.has(name)).length < 3, without.join());
      assert.notDeepEqual((await find("5:car + red")).names, (await find("car + 5:red")).names);
      await assert.rejects(find("car - car"), hasCode("invalid-input"));
    });

    it("shows everything but what is only unwanted", async () => {
      const cars = await find("car");
      const others = await find("- car");
      assert.equal(others.count, 320);
      assert.equal(others.likely, 320 - cars.likely);
      assert.deepEqual(new Set(others.names.slice(others.likely)), new Set(cars.likelyNames));
      const like = await find("", { pictures: [await picture("garden/IMG_0288.jpg", -1)] });
      assert.ok(like.names.slice(like.likely).includes(path.normalize("garden/IMG_0288.jpg")));
    });

    it("finds similar pictures, of the workspace and others", async () => {
      const key = path.normalize("garden/IMG_0288.jpg");
      const similar = await find("", { pictures: [await picture(key)] });
      assert.deepEqual(similar.names.slice(0, 2), [key, path.normalize("garden/IMG_0312.png")]);
      assert.ok(similar.rows[0]!.score! > 0.999 && similar.likely >= 2 && similar.likely < 20);

      const dropped = path.join(index.folder, "dropped.webp");
      await sharp(path.join(workspace, "pictures", key))
        .resize(300)
        .webp()
        .toFile(dropped);
      index.dropped.set("kept:1", { path: dropped });
      assert.equal((await find("", { pictures: [{ pictureId: "kept:1", weight: 1 }] })).names[0], key);
      rmSync(dropped);
      assert.equal((await find("", { pictures: [{ pictureId: "kept:1", weight: 1 }] })).names[0], key);

      const snowy = await find("snow", { pictures: [await picture(key)] });
      assert.notDeepEqual(snowy.names, similar.names);
    });

    it("says which picture of a query cannot be used", async () => {
      const text = path.join(index.folder, "text.png");
      writeFileSync(text, "no picture");
      index.dropped.set("kept:2", { path: text });
      await assert.rejects(
        find("", { pictures: [{ pictureId: "kept:2", weight: 1 }] }),
        hasCode("file-error"),
      );
      for (const pictureId of ["kept:unknown", "file:99999", "nonsense"]) {
        await assert.rejects(find("", { pictures: [{ pictureId, weight: 1 }] }), hasCode("file-missing"));
      }
    });

    it("keeps filters and orders with words, the likely ones first", async () => {
      const folder = path.join(workspace, "pictures/sea");
      const all = await find("cat");
      const inSea = await find("cat", { filter: { folder } });
      assert.ok(inSea.names.every((name) => name.startsWith("sea")));
      assert.deepEqual(
        inSea.likelyNames,
        all.likelyNames.filter((name) => name.startsWith("sea")),
      );
      const byName = await find("cat", { sort: "name" });
      assert.deepEqual(byName.likelyNames, [...all.likelyNames].sort());
      assert.deepEqual(byName.names.slice(byName.likely), all.names.slice(all.likely).sort());
    });

    it("answers of two searches, and says when results are outdated", async () => {
      const first = await find("cat");
      const second = await find("car");
      const { resultsId } = first;
      assert.deepEqual(
        index.search.ids(resultsId, [
          { from: 2, to: 4 },
          { from: 0, to: 1 },
        ]),
        [2, 3, 0].map((row) => first.rows[row]!.fileId),
      );
      assert.deepEqual(
        index.search.locate(resultsId, [first.rows[7]!.fileId, 99_999, first.rows[0]!.fileId]),
        [7, -1, 0],
      );
      assert.deepEqual(await index.search.rows(resultsId, 318, 10), first.rows.slice(318));
      assert.deepEqual(await index.search.rows(second.resultsId, 1, 1), second.rows.slice(1, 2));
      await find("key");
      await assert.rejects(index.search.rows(resultsId, 0, 1), hasCode("invalid-input"));
      assert.throws(() => index.search.ids(resultsId, []), hasCode("invalid-input"));
    });

    it("lets the sentence about too long a text reach the person", async () => {
      await assert.rejects(find("boat ".repeat(2000)), hasCode("prompt-too-long"));
      assert.equal((await find("!? … ---")).count, 320);
    });

    it("ends when it is cancelled in the middle", async () => {
      for (const text of ["three yellow birds", "a white umbrella"]) {
        const controller = new AbortController();
        const searching = find(text, {}, controller.signal);
        setTimeout(() => controller.abort(), text.length % 5);
        await searching.catch(hasCode("aborted"));
        assert.ok((await find(text)).count > 0);
      }
    });

    it("shows words in the unused ones, too", async () => {
      const boats = await find("four brown boats", { view: "unused" });
      assert.ok(!boats.names.includes(path.normalize("sea/holiday-39.jpg")));
      assert.ok(boats.likely > 0 && boats.reclaimableBytes! > 0);
    });

    it("finds what is nearly the same, the best one first", async () => {
      assert.equal((await find("", { view: "duplicates" })).count, 0, "the demo pictures all differ");
      const folder = path.join(workspace, "pictures");
      const [cat, key] = ["street/PXL_20220809_221716.jpg", "garden/IMG_0288.jpg"].map((name) =>
        path.join(folder, name),
      );
      copyFileSync(cat!, path.join(folder, "cat copy.jpg"));
      await sharp(cat).rotate().resize(200).webp().toFile(path.join(folder, "cat small.webp"));
      copyFileSync(key!, path.join(folder, "key copy.jpg"));
      utimesSync(path.join(folder, "key copy.jpg"), 1000, 1000);
      await index.scan();
      await index.embed();
      const { names, groups, reclaimableBytes, rows } = await find("", { view: "duplicates" });
      const of = (word: string) => names.filter((name) => name.includes(word));
      assert.deepEqual(groups!.map(({ count }) => count).sort(), [2, 3]);
      assert.equal(of("cat small").length, 1);
      assert.equal(names.indexOf("key copy.jpg") + 1, names.indexOf(path.normalize("garden/IMG_0288.jpg")));
      const bytes = groups!.map((group) => group.reclaimableBytes);
      assert.ok(bytes[0]! >= bytes[1]!);
      const copy = rows.find(({ name }) => name === "key copy.jpg")!;
      assert.equal(reclaimableBytes, bytes[0]! + bytes[1]!);
      assert.ok(bytes.includes(copy.sizeBytes));
      const cats = await find("orange cat", { view: "duplicates" });
      assert.deepEqual(
        cats.groups!.map(({ count }) => count),
        [3],
      );
      const oldest = await find("", { view: "duplicates", sort: "oldest" });
      assert.equal(oldest.names[0], "key copy.jpg");
      for (const name of ["cat copy.jpg", "cat small.webp", "key copy.jpg"]) {
        rmSync(path.join(folder, name));
      }
      await index.scan();
    });

    it("keeps its rows when a file goes", async () => {
      mkdirSync(path.join(workspace, "pictures/new"));
      const file = path.join(workspace, "pictures/new/a.jpg");
      copyFileSync(path.join(workspace, "pictures/sea/holiday-39.jpg"), file);
      await index.scan();
      const { resultsId, rows, count } = await find("", { sort: "name" });
      rmSync(file);
      await index.scan();
      const after = await index.search.rows(resultsId, 0, count);
      const place = rows.findIndex(({ path: each }) => each === file);
      assert.deepEqual(
        [after.length, after[place]!.path, after[place]!.fileId],
        [321, "", rows[place]!.fileId],
      );
      await assert.rejects(index.search.photo(rows[place]!.fileId), hasCode("file-missing"));
      const photo = await index.search.photo(after[0]!.fileId);
      assert.equal(photo.pictureId, `file:${photo.fileId}`);
      assert.equal(photo.relativePath, path.relative(workspace, photo.path));
    });
  });

  describe("with captions", () => {
    before(async () => {
      await index.deploy("caption", "embedding");
      await index.caption(400);
    });

    it("finds by the words of captions and by what they mean", async () => {
      const keys = await find("green key");
      assert.equal(keys.names[0], path.normalize("garden/IMG_0288.jpg"));
      assert.match(keys.rows[0]!.caption!, /green key/);
      assert.equal(keys.rows[0]!.captionBy, "model");
      assert.ok(keys.likely >= 2);
      await index.deployments.stop("image-text");
      const cars = await find("automobile");
      assert.match(cars.rows[0]!.caption!, /car/);
      assert.ok(cars.likely > 0 && cars.likely < 40);
      assert.ok((await find("green key")).likelyNames.includes(path.normalize("garden/IMG_0288.jpg")));
    });

    it("follows what a person writes", async () => {
      const fileId = await idOf("sea/holiday-39.jpg");
      await index.store.request("setCaption", { fileId, caption: "Fishermen of Sesimbra", by: "person" });
      const found = await find("sesimbra");
      assert.equal(found.names[0], path.normalize("sea/holiday-39.jpg"));
      assert.equal(found.rows[0]!.captionBy, "person");
    });

    it("says when a query has too many words for names and captions", async () => {
      await index.deployments.stop("embedding");
      const words = Array.from({ length: 1800 }, (_, number) => `w${number}`).join(" ");
      await assert.rejects(find(words), hasCode("prompt-too-long"));
    });
  });
});
