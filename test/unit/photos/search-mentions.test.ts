import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { UnusedFinder } from "../../../src/photos/search/mentions/find-unused";
import { MentionedPictures, mentionsIn } from "../../../src/photos/search/mentions/mentions";

const signal = new AbortController().signal;

/** Whether a text mentions the picture. */
function mentions(text: string, picture: string, source = "page.md"): boolean {
  const pictures = new MentionedPictures([picture]);
  pictures.add(mentionsIn(text), source);
  return pictures.isMentioned(0);
}

describe("pictures that texts mention", () => {
  it("are found in every way of writing", () => {
    const cases: [text: string, picture: string][] = [
      ["![A cat](images/cat.png)", "/w/images/cat.png"],
      ["<img src='CAT.PNG?v=2#x'>", "/w/cat.png"],
      ["background: url(../img/a-b_c.webp);", "/w/img/a-b_c.webp"],
      ["open('img\\\\deep\\\\photo.jpg')", "/w/img/deep/photo.jpg"],
      ["![x](my%20holiday%20%C3%BC.jpg)", "/w/my holiday ü.jpg"],
      ["![x](<my holiday (1).jpg>)", "/w/my holiday (1).jpg"],
      ["![[my holiday.jpg|300]]", "/w/my holiday.jpg"],
      ["my\\_photo\\(2\\).png", "/w/my_photo(2).png"],
      ["a &amp; b&#39;s &lt;x&gt;.png", "/w/a & b's <x>.png"],
      ['{"file": "\\u00fcber.svg"}', "/w/über.svg"],
      ["u\u0308ber.svg", "/w/über.svg"],
      ["first.png,second.png", "/w/second.png"],
      ["see IMG_1.JPEG.", "/w/img_1.jpeg"],
      ["\\includegraphics[width=3cm]{figures/plot}", "/w/figures/plot.png"],
      ['android:src="@drawable/ic_logo"', "/w/res/drawable/ic_logo.webp"],
      ["require('./logo.png')", "/w/logo@2x.png"],
      ["search?q=a+b.gif", "/w/a b.gif"],
      ["broken %E0%A4%A.png", "/w/broken %E0%A4%A.png"],
      ["😀 face😀.avif", "/w/face😀.avif"],
    ];
    for (const [text, picture] of cases) {
      assert.ok(mentions(text, picture), `${picture} in ${text}`);
    }
  });

  it("are not found where only another is meant", () => {
    assert.ok(!mentions("cat.png dog.png", "/w/cow.png"));
    assert.ok(!mentions("cat.png", "/w/cat.jpg"));
    assert.ok(!mentions("my cat", "/w/cat.png"));
    assert.ok(!mentions("cat\n.png", "/w/cat.png"));
    assert.ok(!mentions('<svg name="logo.svg">', "/w/logo.svg", "/w/logo.svg"), "not by itself");
  });

  it("counts rather too much: any name that ends so", () => {
    assert.ok(mentions("supercat.png", "/w/cat.png"));
  });

  it("bears long texts without line breaks", () => {
    const text = `${"x".repeat(200_000)}cat.png${"%41".repeat(100_000)}.png${"\\".repeat(10_000)}.png`;
    assert.ok(mentions(text, "/w/cat.png"));
  });
});

describe("unused pictures", () => {
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), "local-models-unused-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function put(name: string, content: string | Buffer): string {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  async function unused(finder = new UnusedFinder(), ...names: string[]) {
    const paths = names.map((name) => path.join(folder, name));
    const pictures = {
      paths,
      fileIds: Uint32Array.from(paths.keys(), (index) => index + 1),
      sizes: Float64Array.from(paths.keys(), (index) => 100 + index),
    };
    const { fileIds, sizes, unread } = await finder.find([{ folder, excluded: ["out"] }], pictures, signal);
    assert.deepEqual(
      [...sizes],
      Array.from(fileIds, (fileId) => 99 + fileId),
    );
    return { names: Array.from(fileIds, (fileId) => names[fileId - 1]), unread };
  }

  it("are those that no text of any kind mentions", async () => {
    put("notes.md", "![a](a.png)");
    put("deep/er/style.css", "url(b.png)");
    put("wide.txt", Buffer.from("\ufeffc.png", "utf16le"));
    put("old.html", Buffer.from("m\xfcde.png", "latin1"));
    put("drawing.svg", '<image href="d.png"/>');
    put("archive.bin", "\0 zebra.png");
    put("node_modules/x/README.md", "f.png");
    put("out/page.html", "g.png");
    put(".gitignore", "*.log");
    put("build.log", "h.png");
    const names = ["a.png", "b.png", "c.png", "müde.png", "d.png", "zebra.png", "f.png", "g.png", "h.png"];
    assert.deepEqual(await unused(undefined, ...names), {
      names: ["zebra.png", "f.png", "g.png", "h.png"],
      unread: [],
    });
  });

  it("follow texts that change, come and go", async () => {
    const finder = new UnusedFinder();
    const notes = put("notes.md", "a.png");
    assert.deepEqual((await unused(finder, "a.png", "b.png")).names, ["b.png"]);
    writeFileSync(notes, "b.png");
    utimesSync(notes, 5, 5);
    assert.deepEqual((await unused(finder, "a.png", "b.png")).names, ["a.png"]);
    assert.deepEqual((await unused(finder, "c.png", "b.png")).names, ["c.png"], "with other pictures");
    rmSync(notes);
    assert.deepEqual((await unused(finder, "a.png", "b.png")).names, ["a.png", "b.png"]);
  });

  it("are found past links in circles and into nothing", async function () {
    if (process.platform === "win32") {
      this.skip();
    }
    put("sub/notes.md", "a.png");
    symlinkSync(folder, path.join(folder, "sub/circle"));
    symlinkSync("loop", path.join(folder, "loop"));
    symlinkSync("nowhere", path.join(folder, "dead"));
    assert.deepEqual((await unused(undefined, "a.png", "b.png")).names, ["b.png"]);
  });

  it("name what was too long to read", async () => {
    const large = put("large.txt", "x".repeat(16_000_001));
    assert.deepEqual(await unused(undefined, "a.png"), { names: ["a.png"], unread: [large] });
  });
});
