import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { memo } from "../memo";
import "./markdown.css";
import { isOpenableUrl } from "./links";
import { renderMarkdownBlocks } from "./markdown";
import { patchChildren } from "./patch";
import { sanitize } from "./sanitize";

export interface MarkdownActions {
  openLink: (url: string) => void;
  /** Resolves to whether it worked. */
  copy: (text: string) => Promise<boolean>;
  insertIntoEditor: (text: string) => void;
}

/** A model's Markdown, safe to show. Only blocks whose HTML changed are touched. */
export function MarkdownView({ text, actions }: { text: string; actions: MarkdownActions }) {
  const blocks = useMemo(() => renderMarkdownBlocks(text), [text]);
  return (
    <div class="markdown" onClick={(event) => handleClick(event, actions)} onAuxClick={suppressLinkClick}>
      {blocks.map((html, index) => (
        <Block key={index} html={html} />
      ))}
    </div>
  );
}

const Block = memo(function Block({ html }: { html: string }) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (element.current) {
      patchChildren(element.current, sanitize(html));
    }
  }, [html]);
  return <div class="markdown-block" ref={element} />;
});

function handleClick(event: MouseEvent, actions: MarkdownActions): void {
  if (!(event.target instanceof Element)) {
    return;
  }
  const link = event.target.closest("a");
  if (link) {
    suppressLinkClick(event);
    const address = link.getAttribute("href") ?? "";
    if (isOpenableUrl(address)) {
      actions.openLink(address);
    }
    return;
  }
  const button = event.target.closest<HTMLElement>("button[data-action]");
  const code = button?.closest(".code-block")?.querySelector("code")?.textContent.replace(/\n$/, "");
  if (!button || code === undefined) {
    return;
  }
  if (button.dataset["action"] === "insert") {
    actions.insertIntoEditor(code);
  } else {
    void actions.copy(code).then((copied) => {
      if (copied) {
        showCopied(button);
      }
    });
  }
}

/** VS Code opens clicked links of a page by itself; here the host decides which addresses may open. */
function suppressLinkClick(event: MouseEvent): void {
  if (event.target instanceof Element && event.target.closest("a")) {
    event.preventDefault();
    event.stopPropagation();
  }
}

const copiedMs = 1500;

function showCopied(button: HTMLElement): void {
  const icon = button.querySelector(".codicon");
  icon?.classList.replace("codicon-copy", "codicon-check");
  setTimeout(() => icon?.classList.replace("codicon-check", "codicon-copy"), copiedMs);
}
