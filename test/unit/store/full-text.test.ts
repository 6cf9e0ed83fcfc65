import assert from "node:assert/strict";
import type { MediaFilter } from "../../../src/protocol/store-media";
import { wordsOfName } from "../../../src/store/worker/media/full-text";
import { migrations, pendingMigrations } from "../../../src/store/worker/migrations";
import type { StoreSession } from "../../../src/store/worker/session";
import { removeTemporaryFolders, temporaryFolder } from "../../fixtures/store/folders";
import { openMedia } from "../../fixtures/store/media";
import { openSession } from "../../fixtures/store/sessions";

const root = "/home/me/photos";

describe("words of names, folders and captions", () => {
  let folder: string;
  let session: StoreSession;
  let media: Awaited<ReturnType<typeof openMedia>>;

  beforeEach(async () => {
    folder = temporaryFolder();
    await open();
  });
  afterEach(() => close());
  after(removeTemporaryFolders);

  async function open(): Promise<void> {
    session = await openSession(folder);
    media = await openMedia(session, folder);
  }

  async function close(): Promise<void> {
    await media.close();
    await session.close();
  }

  /** Names below the workspace's folder; equal names are copies. */
  async function add(...names: string[]): Promise<void> {
    const found = names.map((name, at) => ({
      path: `${root}/${name}`,
      size: 10 + at,
      modified: at,
      hash: name.split("/").at(-1)!,
    }));
    await media.ask("recordFiles", { found, gone: [] });
  }

  const remove = (...names: string[]) =>
    media.ask("recordFiles", { found: [], gone: names.map((name) => `${root}/${name}`) });

  async function describePicture(name: string, caption: string): Promise<void> {
    const { fileIds, paths } = await media.ask("listPicturePaths", null);
    const fileId = fileIds[paths.indexOf(`${root}/${name}`)]!;
    await media.ask("setCaption", { fileId, caption, by: "person" });
  }

  async function search(text: string, options: { unwanted?: string[]; filter?: MediaFilter } = {}) {
    const { unwanted = [], filter = {} } = options;
    const params = { wanted: [text], unwanted, roots: [root], filter };
    const hits = await media.ask("searchText", params);
    const files = await media.ask("getFiles", { fileIds: [...hits.fileIds] });
    return { names: files.map(({ path }) => path.slice(root.length + 1)), complete: hits.complete };
  }

  const names = async (text: string, options: { unwanted?: string[]; filter?: MediaFilter } = {}) => {
    const found = await search(text, options);
    return found.names.slice(0, found.complete).sort();
  };

  it("takes names apart", () => {
    assert.equal(wordsOfName("IMG_2024-beach_sunset.jpg"), "IMG 2024 beach sunset jpg");
    assert.equal(wordsOfName("BeachSunset2024.jpg"), "BeachSunset2024 Beach Sunset 2024 jpg");
    assert.equal(wordsOfName("DSC00407"), "DSC00407 DSC 00407");
    assert.equal(wordsOfName("HTMLPage"), "HTMLPage HTML Page");
    assert.equal(wordsOfName("東京タワー2.png"), "東京タワー2 東 京 タ ワ ー 2 png");
    assert.equal(wordsOfName("--- …"), "");
  });

  it("finds by every part of a name, by beginnings, and by folders", async () => {
    await add("IMG_2024-beach_sunset.jpg", "trip/BeachSunset7.png", "trip/DSC00407.jpg");
    assert.deepEqual(await names("beach"), ["IMG_2024-beach_sunset.jpg", "trip/BeachSunset7.png"]);
    assert.deepEqual(await names("sunset BEACH"), ["IMG_2024-beach_sunset.jpg", "trip/BeachSunset7.png"]);
    assert.deepEqual(await names("dsc00"), ["trip/DSC00407.jpg"]);
    assert.deepEqual(await names("407"), []);
    assert.deepEqual(await names("trip png"), ["trip/BeachSunset7.png"]);
    assert.deepEqual(await names("img 2024 beach sunset jpg"), ["IMG_2024-beach_sunset.jpg"]);
  });

  it("finds whole words before beginnings, and names before folders", async () => {
    await add("cat/a.png", "category.png", "b-cat.png");
    assert.deepEqual((await search("cat")).names, ["b-cat.png", "cat/a.png", "category.png"]);
  });

  it("does not care for case and accents", async () => {
    await add("Über den Wolken.jpg", "été.png", "e\u0301te\u0301 2.png");
    assert.deepEqual(await names("uber WOLKEN"), ["Über den Wolken.jpg"]);
    assert.deepEqual(await names("ete"), ["e\u0301te\u0301 2.png", "été.png"]);
    assert.deepEqual(await names("ÉTÉ"), ["e\u0301te\u0301 2.png", "été.png"]);
  });

  it("finds parts of names in scripts without spaces", async () => {
    await add("東京旅行.jpg", "京都.jpg");
    await describePicture("京都.jpg", "古いお寺");
    assert.deepEqual(await names("旅行"), ["東京旅行.jpg"]);
    assert.deepEqual(await names("京"), ["京都.jpg", "東京旅行.jpg"]);
    assert.deepEqual(await names("古い"), ["京都.jpg"]);
  });

  it("leaves out what lies above the workspace, unless it comes again below", async () => {
    await add("a.png", "Home/b.png", "homework/c.png", "me.png");
    assert.deepEqual(await names("photos"), []);
    assert.deepEqual((await search("home")).names, ["Home/b.png", "homework/c.png"]);
    assert.deepEqual(await names("me"), ["me.png"]);
  });

  it("follows captions, changed contents and files that go, also after reopening", async () => {
    await add("a.png", "copy/a.png", "b.png");
    await describePicture("a.png", "A red car, in the snow.");
    const expected = ["a.png", "copy/a.png"];
    assert.deepEqual(await names("red snow"), expected);
    await close();
    await open();
    assert.deepEqual(await names("red snow"), expected);

    await describePicture("copy/a.png", "A blue boat");
    assert.deepEqual(await names("red"), []);
    assert.deepEqual(await names("boat"), expected);
    await remove("a.png");
    assert.deepEqual(await names("boat"), ["copy/a.png"]);
    const changed = { path: `${root}/copy/a.png`, size: 1, modified: 1, hash: "other" };
    await media.ask("recordFiles", { found: [changed], gone: [] });
    assert.deepEqual(await names("boat"), []);
    assert.deepEqual(await names("copy"), ["copy/a.png"]);
    await describePicture("copy/a.png", "");
    await add("a.png");
    assert.deepEqual(await names("boat"), ["a.png"], "a file that comes back has its caption");
  });

  it("has some of the words where no file has all, rare ones first", async () => {
    await add(...[1, 2, 3, 4, 5, 6].map((number) => `red/${number}.png`), "castle.png");
    const { names: found, complete } = await search("red castle");
    assert.equal(complete, 0);
    assert.deepEqual(found, ["castle.png"], "a word that most files have says nothing");
    assert.deepEqual(await search("nothing like it"), { names: [], complete: 0 });
  });

  it("leaves out what has an unwanted text, and says so", async () => {
    await add("beach people.png", "beach.png", "people.png", "beach red car.png");
    assert.deepEqual(await names("beach", { unwanted: ["people", "red car"] }), ["beach.png"]);
    assert.deepEqual(await names("beach", { unwanted: ["car blue"] }), [
      "beach people.png",
      "beach red car.png",
      "beach.png",
    ]);
    const params = { wanted: ["beach"], unwanted: ["people"], roots: [root], filter: {} };
    assert.equal((await media.ask("searchText", params)).unwanted.length, 2);
  });

  it("keeps to the filter and to pictures that can be read", async () => {
    await add("in/a beach.png", "out/b beach.jpg");
    const broken = {
      path: `${root}/in/c beach.png`,
      size: 1,
      modified: 1,
      hash: "h",
      problem: "It is broken.",
    };
    await media.ask("recordFiles", { found: [broken], gone: [] });
    assert.deepEqual(await names("beach"), ["in/a beach.png", "out/b beach.jpg"]);
    assert.deepEqual(await names("beach", { filter: { folder: `${root}/in` } }), ["in/a beach.png"]);
    assert.deepEqual(await names("beach", { filter: { extensions: ["jpg"] } }), ["out/b beach.jpg"]);
  });

  it("takes whatever a person writes as words", async () => {
    await add("near and not or.png", "a'b\"c*.png", "100%.png");
    const hostile = ['"', "'", "*", "a*b", "(", ")", "(((", "NEAR/2", "a NEAR b", "NOT", "AND", "OR", "-x"];
    const more = [
      "name:a",
      "caption:",
      "x:y",
      '"unclosed',
      "a OR",
      "%",
      "_",
      "\\",
      ";--",
      "\0",
      "\ud800",
      "{}",
    ];
    const odd = ["𐰀𐰁", "🏖️", "٣٤", "ﬁ", "ß", "İ", "\u0301", "ͅ", "〇", "ㄅ", "名:前", "ab\u200bcd", "^x"];
    for (const text of [...hostile, ...more, ...odd]) {
      await search(text);
      await media.ask("searchText", { wanted: ["a"], unwanted: [text], roots: [root], filter: {} });
      await media.ask("searchText", { wanted: ["a"], unwanted: [], roots: [text], filter: {} });
    }
    assert.deepEqual(await names("NOT near"), ["near and not or.png"]);
    assert.deepEqual(await names('"a" b*'), ["a'b\"c*.png"]);
    assert.deepEqual(await names("100%"), ["100%.png"]);
    assert.deepEqual(await search("!?"), { names: [], complete: 0 });
  });

  it("takes many words, and says when they are too many", async () => {
    const words = Array.from({ length: 64 }, (_, number) => `w${number}`);
    await add(`${words.join(" ")}.png`.slice(0, 250));
    assert.equal((await search(words.join(" "))).names.length, 1);
    await assert.rejects(search([...words, "more"].join(" ")), { code: "prompt-too-long" });
  });

  it("is filled from the files of an older database", async () => {
    const older = temporaryFolder();
    const before = migrations.findIndex(({ name }) => name === "createFullText");
    const full = await openSession(older);
    await full.write(({ run }) => {
      run("DROP TABLE file_text");
      for (const name of ["deleted", "changed", "described"]) {
        run(`DROP TRIGGER file_text_of_${name}`);
      }
      run("INSERT INTO contents (id, hash, caption) VALUES (1, 'h', 'a green hat')");
      for (let number = 0; number < 5000; number++) {
        run("INSERT INTO files (path, size, modified, content_id) VALUES (?, 1, 1, 1)", [
          `${root}/d/${number}-ü.png`,
        ]);
      }
      run(`PRAGMA user_version = ${before}`);
    });
    await full.close();
    const migrated = await openSession(older);
    assert.equal(migrated.opened.schemaVersion, before + pendingMigrations(before).length);
    const { ask, close: closeMedia } = await openMedia(migrated, older);
    const count = async (text: string) => {
      const params = { wanted: [text], unwanted: [], roots: [root], filter: {} };
      return (await ask("searchText", params)).complete;
    };
    assert.deepEqual([await count("green hat"), await count("4711 u"), await count("d")], [5000, 1, 5000]);
    await closeMedia();
    await migrated.close();
  });
});
