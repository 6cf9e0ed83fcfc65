import MarkdownIt, { type RendererRule, type Token } from "markdown-it";
import { t } from "../l10n";
import { isOpenableUrl } from "./links";

const markdown = createMarkdown();

/**
 * Renders Markdown to HTML, one string for each top-level block, so that a streaming answer replaces only
 * its last ones. Raw HTML comes out as text. Callers still sanitize: this is the first of two barriers.
 */
export function renderMarkdownBlocks(text: string): string[] {
  const env = {};
  const tokens = markdown.parse(text, env);
  return topLevelBlocks(tokens).map((block) => markdown.renderer.render(block, markdown.options, env));
}

function createMarkdown() {
  const parser = new MarkdownIt({ html: false, linkify: true, breaks: true });
  // Bare names such as README.md are no addresses, although .md is a country.
  parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  parser.validateLink = isOpenableUrl;
  // “Text” followed by “-” would flash up as a heading before the list item behind it has arrived.
  parser.disable("lheading");
  parser.inline.ruler.before("html_inline", "line_break_tag", (state, silent) => {
    const tag = /^<br ?\/?>/i.exec(state.src.slice(state.pos, state.pos + 6))?.[0];
    if (!tag) {
      return false;
    }
    if (!silent) {
      state.push("hardbreak", "br", 0);
    }
    state.pos += tag.length;
    return true;
  });
  parser.core.ruler.push("presentation", (state) => state.tokens.forEach(adjustPresentation));
  const { rules } = parser.renderer;
  rules["fence"] = renderFence;
  rules["code_block"] = renderFence;
  rules["image"] = renderImage;
  rules["table_open"] = () => '<div class="table-box"><table>\n';
  rules["table_close"] = () => "</table></div>\n";
  return parser;
}

const directional = new Set(["paragraph_open", "heading_open", "list_item_open", "th_open", "td_open"]);

function adjustPresentation(token: Token): void {
  if (directional.has(token.type)) {
    token.attrSet("dir", "auto");
  }
  if (token.type.startsWith("heading_")) {
    // The page's own headings come first: an answer's # is the third level.
    token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + 2)}`;
  }
  const alignment = /^text-align:(left|center|right)$/.exec(String(token.attrGet("style") ?? ""))?.[1];
  if (alignment) {
    // The page's content security policy forbids style attributes.
    token.attrs = token.attrs?.filter(([name]) => name !== "style") ?? null;
    token.attrSet("class", `align-${alignment}`);
  }
}

/** Groups a token stream into its top-level blocks. */
function topLevelBlocks(tokens: Token[]): Token[][] {
  const blocks: Token[][] = [];
  let block: Token[] = [];
  let depth = 0;
  for (const token of tokens) {
    block.push(token);
    depth += token.nesting;
    if (depth === 0) {
      blocks.push(block);
      block = [];
    }
  }
  return block.length > 0 ? [...blocks, block] : blocks;
}

function renderFence(...[tokens, index]: Parameters<RendererRule>): string {
  const { escapeHtml, unescapeAll } = markdown.utils;
  const token = tokens[index];
  const language =
    unescapeAll(token?.info ?? "")
      .trim()
      .split(/\s+/)[0]
      ?.slice(0, 40) ?? "";
  return (
    '<div class="code-block" dir="ltr"><div class="code-header">' +
    `<span class="code-language">${escapeHtml(language || t("text"))}</span>` +
    codeButton("copy", "copy", t("Copy Code")) +
    codeButton("insert", "insert", t("Insert at Cursor")) +
    `</div><pre><code>${escapeHtml(token?.content ?? "")}</code></pre></div>\n`
  );
}

function codeButton(action: string, icon: string, label: string): string {
  const text = markdown.utils.escapeHtml(label);
  return (
    `<button type="button" class="code-action" data-action="${action}" title="${text}" aria-label="${text}">` +
    `<span class="codicon codicon-${icon}" aria-hidden="true"></span></button>`
  );
}

/** Pictures are not loaded, which would tell a stranger's server about the chat; they become links. */
function renderImage(...[tokens, index, options, env, renderer]: Parameters<RendererRule>): string {
  const { escapeHtml } = markdown.utils;
  const token = tokens[index];
  const address = String(token?.attrGet("src") ?? "");
  const alt = renderer.renderInlineAsText(token?.children ?? [], options, env);
  const text = escapeHtml(alt || address);
  return isInsideLink(tokens, index) ? text : `<a href="${escapeHtml(address)}">${text}</a>`;
}

function isInsideLink(tokens: readonly Token[], index: number): boolean {
  const opened = tokens.slice(0, index).filter((token) => token.type === "link_open").length;
  const closed = tokens.slice(0, index).filter((token) => token.type === "link_close").length;
  return opened > closed;
}
