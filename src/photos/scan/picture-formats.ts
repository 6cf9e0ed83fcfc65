import type { SkipReason } from "../../protocol/photo-scanner";

const supported = new Set(["jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "tif", "tiff", "avif", "svg"]);

const skipped = new Map<string, SkipReason>([
  ...["heic", "heif", "hif"].map((extension) => [extension, "heic"] as const),
  ["jxl", "jpeg-xl"],
  ...[
    "3fr",
    "arw",
    "cr2",
    "cr3",
    "crw",
    "dng",
    "erf",
    "iiq",
    "kdc",
    "mrw",
    "nef",
    "nrw",
    "orf",
    "pef",
    "raf",
    "raw",
    "rw2",
    "rwl",
    "sr2",
    "srf",
    "srw",
    "x3f",
  ].map((extension) => [extension, "raw"] as const),
  ...["bmp", "dib", "ico", "jp2", "psd", "tga", "xcf"].map(
    (extension) => [extension, "unsupported"] as const,
  ),
]);

export type PictureFormat = { supported: true } | { supported: false; reason: SkipReason };

const readable: PictureFormat = { supported: true };
const formats = new Map<string, PictureFormat>([
  ...[...supported].map((extension) => [extension, readable] as const),
  ...[...skipped].map(([extension, reason]) => [extension, { supported: false, reason } as const] as const),
]);

/** What a file's name says of it; undefined when it is no picture. */
export function pictureFormat(name: string): PictureFormat | undefined {
  const dot = name.lastIndexOf(".");
  if (dot < 0) {
    return undefined;
  }
  const extension = name.slice(dot + 1);
  return formats.get(extension) ?? formats.get(extension.toLowerCase());
}
