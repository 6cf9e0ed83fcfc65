import { createWriteStream } from "node:fs";
import { once } from "node:events";

/** Value types of GGUF metadata, see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. */
const valueType = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;
const alignment = 32;

export type GgufValue =
  | { type: "uint32" | "float32"; value: number }
  | { type: "bool"; value: boolean }
  | { type: "string"; value: string }
  | { type: "strings"; value: string[] }
  | { type: "int32s"; value: number[] };

export interface GgufTensor {
  name: string;
  /** Fastest-varying dimension first. */
  shape: number[];
  ggmlType: keyof typeof blockLayouts;
  data: () => Buffer;
}

/** ggml's types: 0 is f32, 8 is q8_0, 12 is q4_K. */
const blockLayouts = {
  0: { values: 1, bytes: 4 },
  8: { values: 32, bytes: 34 },
  12: { values: 256, bytes: 144 },
} as const;

function tensorBytes({ shape, ggmlType }: GgufTensor): number {
  const block = blockLayouts[ggmlType];
  return (shape.reduce((product, dimension) => product * dimension, 1) / block.values) * block.bytes;
}

/** Writes a GGUF version 3 file; tensors' data is made one at a time. */
export async function writeGguf(
  path: string,
  metadata: Record<string, GgufValue>,
  tensors: GgufTensor[],
): Promise<void> {
  const header = [
    Buffer.from("GGUF"),
    uint32(3),
    uint64(tensors.length),
    uint64(Object.keys(metadata).length),
  ];
  for (const [key, value] of Object.entries(metadata)) {
    header.push(string(key), encodeValue(value));
  }
  let offset = 0;
  for (const tensor of tensors) {
    header.push(string(tensor.name), uint32(tensor.shape.length), ...tensor.shape.map(uint64));
    header.push(uint32(tensor.ggmlType), uint64(offset));
    offset += padded(tensorBytes(tensor));
  }
  const head = Buffer.concat(header);

  const file = createWriteStream(path);
  const write = async (bytes: Buffer) => {
    if (!file.write(bytes)) {
      await once(file, "drain");
    }
  };
  await write(Buffer.concat([head, Buffer.alloc(padded(head.length) - head.length)]));
  for (const tensor of tensors) {
    const data = tensor.data();
    await write(data);
    await write(Buffer.alloc(padded(data.length) - data.length));
  }
  file.end();
  await once(file, "close");
}

function encodeValue(value: GgufValue): Buffer {
  switch (value.type) {
    case "uint32":
      return Buffer.concat([uint32(valueType.uint32), uint32(value.value)]);
    case "float32": {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32LE(valueType.float32, 0);
      bytes.writeFloatLE(value.value, 4);
      return bytes;
    }
    case "bool":
      return Buffer.concat([uint32(valueType.bool), Buffer.from([value.value ? 1 : 0])]);
    case "string":
      return Buffer.concat([uint32(valueType.string), string(value.value)]);
    case "strings":
      return array(valueType.string, value.value.map(string));
    case "int32s":
      return array(
        valueType.int32,
        value.value.map((item) => uint32(item)),
      );
  }
}

function array(itemType: number, items: Buffer[]): Buffer {
  return Buffer.concat([uint32(valueType.array), uint32(itemType), uint64(items.length), ...items]);
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function padded(length: number): number {
  return Math.ceil(length / alignment) * alignment;
}
