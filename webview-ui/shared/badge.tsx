import "./badge.css";

/** The toolkit's badge sets a style attribute, which the page's content security policy forbids. */
export function Badge({ text, tooltip }: { text: string; tooltip?: string }) {
  return (
    <span class="badge" title={tooltip}>
      {text}
    </span>
  );
}
