import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";

/** 12 megapixels, as telephones take them. */
const size = { width: 4032, height: 3024 };

/**
 * Writes JPEG files that cost as much to decode as photographs do: soft shapes with a grain over them,
 * about 4 MB each. Returns their paths.
 */
export async function writePhotographs(folder: string, count: number): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (let index = 0; index < count; index++) {
    const file = path.join(folder, `${index}.jpg`);
    files.push(file);
    if (!existsSync(file)) {
      const shapes = await sharp({
        create: {
          width: 24,
          height: 18,
          channels: 3,
          background: "#888",
          noise: { type: "gaussian", mean: 128, sigma: 60 },
        },
      })
        .png()
        .toBuffer();
      const grain = await sharp({
        create: {
          ...size,
          channels: 3,
          background: "#888",
          noise: { type: "gaussian", mean: 128, sigma: 14 },
        },
      })
        .png({ compressionLevel: 1 })
        .toBuffer();
      const picture = await sharp(shapes)
        .resize({ ...size, fit: "fill", kernel: "cubic" })
        .composite([{ input: grain, blend: "soft-light" }])
        .jpeg({ quality: 88 })
        .toBuffer();
      await writeFile(file, picture);
    }
  }
  return files;
}

/** CPU seconds that it takes to decode one JPEG on one thread to 224 pixels on its shorter side. */
export async function decodeSeconds(files: readonly string[]): Promise<number> {
  sharp.concurrency(1);
  sharp.cache(false);
  const cpu = process.cpuUsage();
  for (const file of files) {
    await sharp(file).resize({ width: 299, height: 224, fit: "fill", kernel: "cubic" }).raw().toBuffer();
  }
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / 1e6 / files.length;
}
