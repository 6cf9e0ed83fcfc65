import { access, constants, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { AppError, errnoCode } from "../../common/errors";
import type { PictureConversion } from "../../protocol/engine";
import { pictureError } from "./picture-error";
import { sharp } from "./sharp";

let written = 0;

/**
 * Upright as its EXIF data say, its first frame, transparent where it is transparent, in sRGB and without
 * metadata. Of what a drawing refers to, librsvg reads files in the drawing's own folder at most, and fetches nothing.
 * @throws AppError `file-missing`, `invalid-input`, `file-error`, `no-space`
 */
export async function convertPicture(conversion: PictureConversion): Promise<null> {
  if (!(await isMade(conversion.target))) {
    await write(conversion.target, await convert(conversion));
  }
  return null;
}

async function convert({ source, name, longestSide, format }: PictureConversion): Promise<Uint8Array> {
  try {
    // What is no file, such as a pipe, would keep a thread waiting for ever.
    if (!(await stat(source)).isFile()) {
      throw new AppError("invalid-input", "“{0}” is not a file.", [name]);
    }
    await access(source, constants.R_OK);
    const isDrawing = (await sharp(source).metadata()).format === "svg";
    const picture = sharp(source)
      .autoOrient()
      .resize({
        width: longestSide,
        height: longestSide,
        fit: "inside",
        withoutEnlargement: !isDrawing || format === "png",
      });
    // Somebody waits: the next steps of both settings take twice the time for a tenth of the size.
    return await (
      format === "webp" ? picture.webp({ quality: 75, effort: 2 }) : picture.png({ compressionLevel: 3 })
    ).toBuffer();
  } catch (error) {
    throw pictureError(name, error);
  }
}

async function write(target: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${target}.${process.pid}-${++written}.tmp`;
  try {
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(unfinished, bytes);
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    // Another window was faster and shows it: Windows replaces no file that is open.
    if (!(await isMade(target))) {
      throw writeError(target, error);
    }
  }
}

/** An empty file is what a power failure leaves of one. */
async function isMade(target: string): Promise<boolean> {
  const stats = await stat(target).catch(() => undefined);
  return stats?.isFile() === true && stats.size > 0;
}

function writeError(target: string, error: unknown): AppError {
  const code = errnoCode(error);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new AppError(
      "no-space",
      "There is no space left to save to “{0}”. Free some disk space, then try again.",
      [target],
      String(error),
    );
  }
  return new AppError(
    "file-error",
    "“{0}” could not be read or written: {1}.",
    [target, error instanceof Error ? error.message : String(error)],
    String(error),
  );
}
