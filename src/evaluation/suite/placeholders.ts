/** `{{name}}` in a text; spaces around the name do not count. */
const pattern = /\{\{([^{}]*)\}\}/g;

/** The names in the order in which they stand, each as often as it is there. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(pattern)].map(([, name = ""]) => name.trim());
}

/** A placeholder for which `valueOf` gives undefined stays as it is. */
export function fillPlaceholders(text: string, valueOf: (name: string) => string | undefined): string {
  return text.replace(pattern, (whole, name: string) => valueOf(name.trim()) ?? whole);
}

/** The name when the text is nothing but one placeholder. */
export function solePlaceholder(text: string): string | undefined {
  const [only, ...others] = text.trim().matchAll(pattern);
  return only && others.length === 0 && only[0] === text.trim() ? only[1]?.trim() : undefined;
}
