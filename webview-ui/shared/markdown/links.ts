const openable = /^(?:https?:\/\/|mailto:)/i;

/** Only these are ever handed to the host; everything else stays text. */
export function isOpenableUrl(url: string): boolean {
  return openable.test(url.trim());
}
