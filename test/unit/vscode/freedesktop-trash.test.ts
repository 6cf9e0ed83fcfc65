import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { moveToFreedesktopTrash } from "../../../src/vscode/photos/freedesktop-trash";

describe("the trash of Linux desktops", () => {
  const earlier = process.env["XDG_DATA_HOME"];
  let scratch: string;
  let trash: string;

  before(function () {
    if (process.platform === "win32") {
      this.skip();
    }
  });

  beforeEach(() => {
    scratch = mkdtempSync(path.join(tmpdir(), "trash-"));
    process.env["XDG_DATA_HOME"] = path.join(scratch, "data");
    trash = path.join(scratch, "data", "Trash");
  });

  afterEach(() => {
    if (earlier === undefined) {
      delete process.env["XDG_DATA_HOME"];
    } else {
      process.env["XDG_DATA_HOME"] = earlier;
    }
    rmSync(scratch, { recursive: true, force: true });
  });

  const write = (name: string, text: string) => {
    const file = path.join(scratch, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };

  it("holds the file and tells where it was and when it went", async () => {
    const file = write("a folder/ü (1).png", "pixels");
    await moveToFreedesktopTrash(file);
    assert.ok(!existsSync(file));
    assert.equal(readFileSync(path.join(trash, "files", "ü (1).png"), "utf8"), "pixels");
    const information = readFileSync(path.join(trash, "info", "ü (1).png.trashinfo"), "utf8");
    const [, where, when] =
      /^\[Trash Info\]\nPath=(\S+)\nDeletionDate=(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\n$/.exec(information) ?? [];
    assert.equal(decodeURIComponent(where!), file);
    assert.ok(Math.abs(new Date(when!).getTime() - Date.now()) < 60_000, when);
  });

  it("keeps files of the same name apart, also ones that lost their information", async () => {
    await moveToFreedesktopTrash(write("1/a.png", "first"));
    writeFileSync(path.join(trash, "files", "a.2.png"), "kept badly");
    await moveToFreedesktopTrash(write("2/a.png", "second"));
    const content = readdirSync(path.join(trash, "files")).map((name) =>
      readFileSync(path.join(trash, "files", name), "utf8"),
    );
    assert.deepEqual(content.sort(), ["first", "kept badly", "second"]);
  });

  it("leaves nothing behind for a file that is not there", async () => {
    await assert.rejects(moveToFreedesktopTrash(path.join(scratch, "gone.png")), { code: "ENOENT" });
    assert.deepEqual(readdirSync(path.join(trash, "info")), []);
  });

  it("leaves the file where it is when there can be no trash", async () => {
    const file = write("a.png", "pixels");
    write("data", "in the way");
    await assert.rejects(moveToFreedesktopTrash(file), { code: "ENOTDIR" });
    assert.equal(readFileSync(file, "utf8"), "pixels");
  });
});
