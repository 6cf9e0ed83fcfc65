import assert from "node:assert/strict";
import { isOpenableUrl } from "../../../webview-ui/shared/markdown/links";
import { renderMarkdownBlocks } from "../../../webview-ui/shared/markdown/markdown";

const html = (text: string) => renderMarkdownBlocks(text).join("");
const code = (text: string) => /<pre><code>([^]*?)<\/code><\/pre>/.exec(html(text))?.[1];

describe("chat markdown", () => {
  it("renders each top-level block apart, so that a growing text changes only the last ones", () => {
    const start = "One *two*.\n\n- a\n- b\n\n```js\nx()\n```\n";
    const before = renderMarkdownBlocks(`${start}\nLast`);
    const after = renderMarkdownBlocks(`${start}\nLast words`);
    assert.equal(before.length, 4);
    assert.deepEqual(after.slice(0, 3), before.slice(0, 3));
    assert.notEqual(after[3], before[3]);
  });

  it("keeps a list with nested blocks together", () => {
    assert.equal(renderMarkdownBlocks("1. a\n\n   > b\n\n   ```\n   c\n   ```\n2. d").length, 1);
  });

  it("resolves reference links across blocks", () => {
    assert.match(
      html("See [it][1].\n\n[1]: https://example.org/"),
      /<a href="https:\/\/example\.org\/">it<\/a>/,
    );
  });

  it("renders an unfinished fence as code", () => {
    assert.equal(code("Look:\n\n```ts\nconst a = 1;"), "const a = 1;");
    assert.match(html("```ts\nconst a"), /<span class="code-language">ts<\/span>/);
  });

  it("labels code with the first word of the fence, and escapes it", () => {
    assert.match(html('```"><img/src=x extra\ny\n```'), /code-language">&quot;&gt;&lt;img\/src=x<\/span>/);
    assert.match(html("```\ny\n```"), /code-language">text<\/span>/);
  });

  it("gives nested and indented code the same frame", () => {
    assert.equal(html("- a\n  ```sh\n  ls\n  ```\n\n      indented").match(/class="code-block"/g)?.length, 2);
  });

  it("shows raw HTML as text", () => {
    for (const tag of [
      "<script>x</script>",
      "<img src=x onerror=y>",
      "<svg/onload=y>",
      "<button data-action=copy>",
    ]) {
      const result = html(`before ${tag} after\n\n${tag}`);
      assert.doesNotMatch(result, /<(?:script|img|svg|button)/);
      assert.match(result, /&lt;(?:script|img|svg|button)/);
    }
    assert.equal(code("```\n</code></pre><script>\n```"), "&lt;/code&gt;&lt;/pre&gt;&lt;script&gt;\n");
  });

  it("links only addresses that may be opened", () => {
    const hostile = [
      "[a](javascript:alert(1))",
      "[a](JaVaScRiPt&colon;alert(1))",
      "[a](java&#10;script:alert(1))",
      "[a](vbscript:x)",
      "[a](data:text/html,x)",
      "[a](file:///etc/passwd)",
      "[a](command:workbench.action.quit)",
      "[a](vscode://x)",
      "[a](//example.org)",
      "[a](./relative.md)",
      "[a]\n\n[a]: javascript:alert(1)",
      "<javascript:alert(1)>",
    ];
    for (const text of hostile) {
      assert.doesNotMatch(html(text), /href/i, text);
    }
    assert.match(html("https://example.org/a?b=1"), /<a href="https:\/\/example\.org\/a\?b=1">/);
    assert.match(html("[m](mailto:a@example.org)"), /href="mailto:a@example\.org"/);
  });

  it("cannot be made to add attributes through titles or alt texts", () => {
    const result = html('[a](https://e.org "x\\" onmouseover=\\"y") ![" onerror="y](https://e.org/p.png)');
    assert.doesNotMatch(result.replaceAll("&quot;", ""), /" on/);
  });

  it("leaves file names alone", () => {
    assert.doesNotMatch(html("Edit README.md and node.js"), /href/);
  });

  it("turns pictures into links and never loads them", () => {
    assert.match(html("![a cat](https://e.org/c.png)"), /<a href="https:\/\/e\.org\/c\.png">a cat<\/a>/);
    assert.match(html("![](https://e.org/c.png)"), />https:\/\/e\.org\/c\.png<\/a>/);
    assert.match(
      html("[![badge](https://e.org/b.svg)](https://e.org)"),
      /<a href="https:\/\/e\.org">badge<\/a>/,
    );
    assert.doesNotMatch(html("![x](https://e.org/c.png) ![x](data:image/png;base64,AAAA)"), /<img/);
  });

  it("aligns table columns by class, because the page forbids style attributes", () => {
    const result = html("|a|b|c|\n|:--|:-:|--:|\n|1|2|3|");
    assert.doesNotMatch(result, /style=/);
    assert.match(result, /<td dir="auto" class="align-center">2<\/td>/);
    assert.match(result, /^<div class="table-box"><table>/);
  });

  it("does not take a line above a dash for a heading", () => {
    assert.doesNotMatch(html("Some text\n-"), /<h/);
    assert.match(html("# Title"), /<h3 dir="auto">Title<\/h3>/);
    assert.match(html("###### Small"), /<h6/);
  });

  it("breaks lines at <br> and at single newlines", () => {
    assert.equal(html("a<br>b<BR/>c\nd").match(/<br>/g)?.length, 3);
    assert.match(html("`<br>`"), /<code>&lt;br&gt;<\/code>/);
  });

  it("survives pathological input", () => {
    for (const text of [
      ">".repeat(3000),
      "- ".repeat(2000),
      "[".repeat(5000),
      "*a ".repeat(5000),
      "`".repeat(9999),
      "\0\u202e",
    ]) {
      assert.ok(renderMarkdownBlocks(text).length > 0);
    }
    assert.deepEqual(renderMarkdownBlocks(""), []);
  });
});

describe("isOpenableUrl", () => {
  it("takes web and mail addresses only", () => {
    for (const url of ["http://a", "HTTPS://a", " https://a", "mailto:a@b"]) {
      assert.ok(isOpenableUrl(url), url);
    }
    for (const url of ["", "https:a", "ftp://a", "javascript:1", "x https://a", "command:a", "#a"]) {
      assert.ok(!isOpenableUrl(url), url);
    }
  });
});
