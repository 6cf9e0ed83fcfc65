import "@vscode/codicons/dist/codicon.css";

/** A codicon, hidden from screen readers: what it stands for is said by its surroundings. */
export function Icon({ name, slot }: { name: string; slot?: string }) {
  return <span class={`codicon codicon-${name}`} aria-hidden="true" {...(slot && { slot })} />;
}
