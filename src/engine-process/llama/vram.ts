/** Bytes of the graphics memory that stay free for everything else, other models included. */
export function vramPadding(totalBytes: number, vramShare: number): number {
  const share = Math.min(1, Math.max(0, vramShare));
  return Math.ceil(totalBytes * (1 - share));
}
