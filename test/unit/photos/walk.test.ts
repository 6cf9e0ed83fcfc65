import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { ChangeFinder } from "../../../src/photos/scan/changes";
import { walkPictures } from "../../../src/photos/scan/walk";

describe("walking over pictures", () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(path.join(os.tmpdir(), "local-models-walk-"))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function put(file: string, text = "x"): void {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }

  /** Relative paths, sorted. */
  function walk(excluded: string[] = [], roots = [root]) {
    const found = {
      pictures: [] as string[],
      skipped: {} as Record<string, string>,
      unreadable: [] as string[],
    };
    const relative = (file: string) => path.relative(root, file).replaceAll(path.sep, "/");
    const visitor = {
      picture: (file: string) => void found.pictures.push(relative(file)),
      skipped: (file: string, reason: string) => void (found.skipped[relative(file)] = reason),
      unreadable: (file: string, code: string) => void found.unreadable.push(`${relative(file)} ${code}`),
    };
    const steps = walkPictures(
      roots.map((folder) => ({ folder, excluded })),
      visitor,
    );
    for (const step of steps) {
      assert.equal(step, undefined);
    }
    found.pictures.sort();
    return found;
  }

  it("finds every format we read, and names why others are skipped", () => {
    for (const name of ["a.jpg", "B.JPEG", "c/d/e.png", "f.webp", "g.gif", "h.tif", "i.avif", "j.svg"]) {
      put(name);
    }
    put("k.heic");
    put("l.JXL");
    put("m.NEF");
    put("n.bmp");
    put("readme.md");
    put("jpg");
    const { pictures, skipped } = walk();
    assert.deepEqual(pictures, [
      "B.JPEG",
      "a.jpg",
      "c/d/e.png",
      "f.webp",
      "g.gif",
      "h.tif",
      "i.avif",
      "j.svg",
    ]);
    assert.deepEqual(skipped, {
      "k.heic": "heic",
      "l.JXL": "jpeg-xl",
      "m.NEF": "raw",
      "n.bmp": "unsupported",
    });
  });

  it("takes names with spaces, emoji, quotes and newlines as they are", () => {
    const names = ["a b.png", 'quote".png', "new\nline.png", "😀.png", "‘’.jpg", "#hash.png", "!bang.png"];
    names.forEach((name) => put(name));
    assert.deepEqual(walk().pictures, [...names].sort());
  });

  it("respects every .gitignore on the way, the deeper one first", () => {
    put(".gitignore", "out/\n*.gif\n/top.png\n# comment.png\nkept/*.jpg\n");
    put("out/a.png");
    put("a.gif");
    put("top.png");
    put("inner/top.png");
    put("kept/a.jpg");
    put("deep/.gitignore", "!*.gif\nsecret?.png\n");
    put("deep/b.gif");
    put("deep/secret1.png");
    put("deep/public.png");
    put("deep/out/c.png");
    assert.deepEqual(walk().pictures, ["deep/b.gif", "deep/public.png", "inner/top.png"]);
  });

  it("respects the globs of the settings, also against a .gitignore that wants a file back", () => {
    put(".gitignore", "!drafts/a.png\n");
    put("drafts/a.png");
    put("x/node_modules/b.png");
    put("x/c.tmp.png");
    put("x/d.png");
    put("y/only-top.png");
    put("only-top.png");
    const excluded = ["**/node_modules", "drafts", "**/*.{tmp,bak}.png", "only-top.png"];
    assert.deepEqual(walk(excluded).pictures, ["x/d.png", "y/only-top.png"]);
  });

  it("never looks into .git", () => {
    put(".git/objects/a.png");
    put("b.png");
    assert.deepEqual(walk().pictures, ["b.png"]);
  });

  it("follows links once and ends in circles", function () {
    if (process.platform === "win32") {
      this.skip();
    }
    put("real/a.png");
    symlinkSync(path.join(root, "real"), path.join(root, "real/again"));
    symlinkSync(root, path.join(root, "real/up"));
    symlinkSync(path.join(root, "nowhere.png"), path.join(root, "dangling.png"));
    symlinkSync(path.join(root, "circle.png"), path.join(root, "circle.png"));
    symlinkSync(path.join(root, "real/a.png"), path.join(root, "linked.png"));
    assert.deepEqual(walk().pictures, ["linked.png", "real/a.png"]);
  });

  it("finds nothing twice in folders that overlap", () => {
    put("inner/a.png");
    assert.deepEqual(walk([], [root, path.join(root, "inner")]).pictures, ["inner/a.png"]);
  });

  it("names a folder without permission and goes on", function () {
    if (process.platform === "win32" || process.getuid?.() === 0) {
      this.skip();
    }
    put("closed/a.png");
    put("open/b.png");
    chmodSync(path.join(root, "closed"), 0);
    const { pictures, unreadable } = walk();
    chmodSync(path.join(root, "closed"), 0o755);
    assert.deepEqual(pictures, ["open/b.png"]);
    assert.deepEqual(unreadable, ["closed EACCES"]);
  });

  it("names a root that is gone", () => {
    assert.deepEqual(walk([], [path.join(root, "gone")]).unreadable, ["gone ENOENT"]);
  });
});

describe("finding changes", () => {
  const known = {
    paths: ["/a", "/b", "/b c/é😀", "/d"].map((file) => `${file}//`).join(""),
    sizes: Float64Array.of(1, 2, 3, 4),
    modified: Float64Array.of(10.5, 20, 30, 40),
  };
  const unchanged = [
    ["/a", 1, 10.5],
    ["/b", 2, 20],
    ["/b c/é😀", 3, 30],
    ["/d", 4, 40],
  ] as const;

  /** What is known arrives after so many files. */
  function find(files: readonly (readonly [string, number, number])[], arrivesAfter = 0) {
    const finder = new ChangeFinder();
    for (const [index, file] of files.entries()) {
      if (index === arrivesAfter) {
        finder.compareWith(known);
      }
      finder.add(...file);
    }
    if (arrivesAfter >= files.length) {
      finder.compareWith(known);
    }
    return { found: finder.found, changed: finder.changed.map(({ path }) => path), gone: finder.gone() };
  }

  it("finds nothing where nothing changed, whenever it learns what is known and in whichever order", () => {
    for (const files of [unchanged, [...unchanged].reverse()]) {
      for (let arrivesAfter = 0; arrivesAfter <= files.length; arrivesAfter++) {
        assert.deepEqual(find(files, arrivesAfter), { found: 4, changed: [], gone: [] });
      }
    }
  });

  it("tells changed, new and gone files apart", () => {
    for (let arrivesAfter = 0; arrivesAfter <= 4; arrivesAfter++) {
      assert.deepEqual(
        find(
          [
            ["/a", 1, 10.5],
            ["/new", 2, 20],
            ["/b", 2, 21],
            ["/d", 4, 40],
          ],
          arrivesAfter,
        ),
        { found: 4, changed: ["/new", "/b"], gone: ["/b c/é😀"] },
      );
    }
  });

  it("calls a file changed whose size alone is another, and keeps what it found of it", () => {
    const finder = new ChangeFinder();
    finder.add("/a", 2, 10.5);
    finder.compareWith(known);
    assert.deepEqual(finder.changed, [{ path: "/a", size: 2, modified: 10.5 }]);
  });

  it("takes no part of a path for the whole", () => {
    const { changed, gone } = find([
      ["/", 1, 10.5],
      unchanged[0],
      unchanged[1],
      ["/b c", 3, 30],
      ["/b c/é", 3, 30],
    ]);
    assert.deepEqual(changed, ["/", "/b c", "/b c/é"]);
    assert.deepEqual(gone, ["/b c/é😀", "/d"]);
  });

  it("knows a file that was met twice, and nothing when nothing is known", () => {
    assert.deepEqual(find([unchanged[0], unchanged[0]]), {
      found: 2,
      changed: [],
      gone: ["/b", "/b c/é😀", "/d"],
    });
    const finder = new ChangeFinder();
    finder.compareWith({ paths: "", sizes: new Float64Array(), modified: new Float64Array() });
    finder.add(...unchanged[0]);
    assert.equal(finder.changed.length, 1);
    assert.deepEqual(finder.gone(), []);
  });
});
