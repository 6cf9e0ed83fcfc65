import assert from "node:assert/strict";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { linkText } from "../../../src/vscode/photos/links";

const root = path.resolve("/work space/docs");
const inRoot = (...parts: string[]) => path.join(root, ...parts);

describe("links to pictures", () => {
  it("are relative to the document's folder, below and above it", () => {
    const photo = { path: inRoot("pictures", "a.png"), name: "a.png", caption: "a red rocket" };
    assert.equal(linkText(photo, "markdown", root), "![a red rocket](pictures/a.png)");
    assert.equal(
      linkText(photo, "markdown", inRoot("texts", "deep")),
      "![a red rocket](../../pictures/a.png)",
    );
    assert.equal(linkText(photo, "html", root), '<img src="pictures/a.png" alt="a red rocket">');
  });

  it("name the file where there is no caption", () => {
    const photo = { path: inRoot("beach.day.jpg"), name: "beach.day.jpg" };
    assert.equal(linkText(photo, "markdown", root), "![beach.day](beach.day.jpg)");
    assert.equal(linkText({ ...photo, caption: " \n " }, "markdown", root), "![beach.day](beach.day.jpg)");
  });

  it("encode whatever a file's name may hold, so that it leads there again", () => {
    for (const name of [
      "a b.png",
      "ü 🚀.png",
      "100%.png",
      "a(1)[2]#3?4.png",
      "q\"uote's<b>.png",
      "line\nbreak.png",
    ]) {
      const text = linkText({ path: inRoot("pictures", name), name, caption: "x" }, "markdown", root);
      const address = /^!\[x\]\(([^()\s<>"#?[\]]+)\)$/.exec(text)?.[1];
      assert.equal(decodeURIComponent(address!), `pictures/${name}`, text);
    }
  });

  it("keep captions from being read as Markdown or HTML", () => {
    const photo = { path: inRoot("a.png"), name: "a.png" };
    const caption = 'a *red* [box](x) `code` <b>& "two"\nlines &amp; \\ _u_';
    assert.equal(
      linkText({ ...photo, caption }, "markdown", root),
      '![a \\*red\\* \\[box\\](x) \\`code\\` \\<b\\>& "two" lines \\&amp; \\\\ \\_u\\_](a.png)',
    );
    assert.equal(
      linkText({ ...photo, caption }, "html", root),
      '<img src="a.png" alt="a *red* [box](x) `code` &lt;b&gt;&amp; &quot;two&quot; lines &amp;amp; \\ _u_">',
    );
  });

  it("are addresses of files where no folder is known to start from", () => {
    const file = inRoot("a (1).png");
    const text = linkText({ path: file, name: "a (1).png", caption: "x" }, "markdown");
    assert.equal(text, `![x](${pathToFileURL(file).href.replace("(", "%28").replace(")", "%29")})`);
  });
});
