import { deflateSync } from "node:zlib";

/** A drawing that takes minutes, and cannot be interrupted. */
export function endlessDrawing(): string {
  const levels = ["a", "b", "c", "d"].map((id, level, ids) => {
    const inner = `<use href="#${ids[level - 1]}"/>`.repeat(10);
    return `<g id="${id}">${level === 0 ? '<rect width="4000" height="4000" filter="url(#f)"/>' : inner}</g>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="4000" height="4000"><filter id="f"><feTurbulence ` +
    `baseFrequency="0.9" numOctaves="50"/></filter><defs>${levels.join("")}</defs><use href="#d"/></svg>`
  );
}

/** A valid picture of 30,000 × 30,000 pixels in a few kilobytes. */
export function hugePng(): Uint8Array {
  const side = 30_000;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  const rows = Buffer.alloc(side * (1 + side / 8));
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    pngChunk("IHDR", header),
    pngChunk("IDAT", deflateSync(rows, { level: 1 })),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type, "latin1"), data]);
  let crc = ~0;
  for (const byte of content) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
  }
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(~crc >>> 0);
  return Buffer.concat([length, content, checksum]);
}

/** A drawing whose text would be 100 MB. */
export function entityBomb(): string {
  const entities = Array.from("bcdefgh", (name, level) => {
    const inner = `&${"abcdefg"[level]};`.repeat(10);
    return `<!ENTITY ${name} "${inner}">`;
  });
  return (
    `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">${entities.join("")}]>` +
    `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><text>&h;</text></svg>`
  );
}
