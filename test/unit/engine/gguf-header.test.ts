import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type GgufValue, writeGguf } from "../../../bench/lib/gguf-writer";
import { problemOfGgufHeader } from "../../../src/engine-process/llama/gguf-header";

describe("the header of a GGUF file", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "local-models-header-"));
  const file = path.join(folder, "model.gguf");
  const metadata: Record<string, GgufValue> = {
    name: { type: "string", value: "Fox" },
    size: { type: "uint32", value: 7 },
    words: { type: "strings", value: ["a", "bird", ""] },
    numbers: { type: "int32s", value: [1, 2, 3] },
  };
  let sound: Buffer;

  before(async () => {
    const data = () => Buffer.alloc(256);
    await writeGguf(file, metadata, [{ name: "weights", shape: [32, 2], ggmlType: 0, data }]);
    sound = readFileSync(file);
    assert.equal(await problemOfGgufHeader(file), undefined);
  });
  after(() => rmSync(folder, { recursive: true }));

  /** What is wrong when `change` was made to a sound file. */
  async function problemAfter(change: (bytes: Buffer) => unknown): Promise<string | undefined> {
    const bytes = Buffer.from(sound);
    change(bytes);
    writeFileSync(file, bytes);
    return problemOfGgufHeader(file);
  }
  const at = (text: string) => sound.indexOf(text) + text.length;

  const broken: [string, (bytes: Buffer) => unknown][] = [
    ["more tensors than the file has room for", (bytes) => bytes.writeBigUInt64LE(10n ** 6n, 8)],
    ["more entries than the file has room for", (bytes) => bytes.writeBigUInt64LE(2n ** 63n, 16)],
    ["a key longer than the file", (bytes) => bytes.writeBigUInt64LE(2n ** 40n, 24)],
    ["a string longer than the file", (bytes) => bytes.writeBigUInt64LE(10_000n, at("name") + 4)],
    ["an unknown type", (bytes) => bytes.writeUInt32LE(77, at("size"))],
    ["an array longer than the file", (bytes) => bytes.writeBigUInt64LE(2n ** 33n, at("numbers") + 8)],
    ["an array of an unknown type", (bytes) => bytes.writeUInt32LE(13, at("words") + 4)],
    ["a tensor of too many dimensions", (bytes) => bytes.writeUInt32LE(2 ** 31, at("weights"))],
  ];
  for (const [what, change] of broken) {
    it(`is found to promise ${what}`, async () => assert.ok(await problemAfter(change)));
  }

  it("is found to be cut off", async () => {
    for (let length = 24; length < at("weights"); length += 7) {
      writeFileSync(file, sound.subarray(0, length));
      assert.ok(await problemOfGgufHeader(file), `${length} bytes`);
    }
  });

  it("is not judged in versions that are written differently", async () => {
    assert.equal(await problemAfter((bytes) => bytes.writeUInt32LE(1, 4).toString()), undefined);
  });

  it("may have a vocabulary larger than what is read at once", async () => {
    const words = Array.from({ length: 100_000 }, (_, index) => `token number ${index}`);
    await writeGguf(file, { words: { type: "strings", value: words }, ...metadata }, []);
    assert.equal(await problemOfGgufHeader(file), undefined);
  });
});
