import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { affectedPaths, walkChanged } from "../../../src/photos/scan/walk-changed";

describe("walking over what changed", () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(path.join(os.tmpdir(), "local-models-walk-"))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const at = (file: string) => path.join(root, file);
  function put(file: string, text = "x"): void {
    mkdirSync(path.dirname(at(file)), { recursive: true });
    writeFileSync(at(file), text);
  }

  function walk(changed: string[], excluded: string[] = [], roots = [root]): string[] {
    const found: string[] = [];
    const visitor = {
      picture: (file: string) => void found.push(path.relative(root, file).replaceAll(path.sep, "/")),
      skipped: (file: string, reason: string) => void found.push(`${path.basename(file)}: ${reason}`),
      unreadable: (file: string, code: string) => void found.push(`${path.basename(file)}: ${code}`),
    };
    const steps = walkChanged(
      changed.map(at),
      roots.map((folder) => ({ folder, excluded })),
      visitor,
    );
    for (const step of steps) {
      assert.equal(step, undefined);
    }
    return found.sort();
  }

  it("visits files, and folders with what is below them", () => {
    for (const name of ["a.png", "b.png", "in/c.png", "in/deep/d.jpg", "e.heic", "f.txt"]) {
      put(name);
    }
    assert.deepEqual(walk(["a.png", "in", "e.heic", "f.txt"]), [
      "a.png",
      "e.heic: heic",
      "in/c.png",
      "in/deep/d.jpg",
    ]);
    assert.deepEqual(walk([""]), ["a.png", "b.png", "e.heic: heic", "in/c.png", "in/deep/d.jpg"]);
  });

  it("passes over what is gone, outside, or left out by rules above it", () => {
    put(".gitignore", "out/\n*.tmp.png\n");
    put("in/.gitignore", "secret.png\n");
    for (const name of [
      "out/a.png",
      "in/secret.png",
      "in/b.tmp.png",
      "in/c.png",
      "drafts/d.png",
      ".git/e.png",
    ]) {
      put(name);
    }
    const all = ["out/a.png", "out", "in/secret.png", "in/b.tmp.png", "in/c.png", "drafts/d.png", "drafts"];
    assert.deepEqual(walk([...all, ".git/e.png", ".git", "gone.png", "gone/too.png"], ["drafts"]), [
      "in/c.png",
    ]);
    assert.deepEqual(walk(["in/c.png"], [], [at("out")]), []);
    assert.deepEqual(walk(["out/a.png"], [], [root, at("out")]), ["out/a.png"]);
  });

  it("does not follow a link in a circle", function () {
    if (process.platform === "win32") {
      this.skip();
    }
    put("real/a.png");
    symlinkSync(root, at("real/up"));
    symlinkSync(at("real/a.png"), at("linked.png"));
    symlinkSync(at("nowhere"), at("dangling.png"));
    assert.deepEqual(walk(["real", "linked.png", "dangling.png"]), ["linked.png", "real/a.png"]);
  });

  it("looks at the whole folder of rules that changed, and at nothing twice", () => {
    const changed = ["in/.gitignore", "in/a.png", "in/deep/b.png", "other.png", "inner"].map(at);
    assert.deepEqual(affectedPaths(changed), [at("in"), at("other.png"), at("inner")]);
  });
});
