/**
 * Writes ONNX graphs with random weights: the protobuf messages of
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, and the operators that transformers are made of.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { RandomNumbers } from "../../src/engine-process/onnx/random-numbers";

/** TensorProto.DataType. */
const dataTypes = { float: 1, int64: 7, bool: 9 } as const;
type DataType = keyof typeof dataTypes;
/** Name of a value of the graph. */
export type Value = string;
type Attribute = number | readonly number[] | { float: number };

const irVersion = 8;
const opset = 17;
/** AttributeProto.AttributeType. */
const attributeTypes = { float: 1, int: 2, ints: 7 };

export class OnnxGraph {
  readonly #random: RandomNumbers;
  readonly #nodes: Uint8Array[] = [];
  readonly #weights: Uint8Array[] = [];
  readonly #inputs: Uint8Array[] = [];
  readonly #outputs: Uint8Array[] = [];
  #count = 0;

  constructor(seed: number) {
    this.#random = new RandomNumbers(seed);
  }

  input(name: string, type: DataType, shape: readonly (number | string)[]): Value {
    this.#inputs.push(valueInfo(name, type, shape));
    return name;
  }

  output(value: Value, name: string, shape: readonly (number | string)[]): void {
    this.#nodes.push(node("Identity", [value], name, {}));
    this.#outputs.push(valueInfo(name, "float", shape));
  }

  op(type: string, inputs: readonly Value[], attributes: Record<string, Attribute> = {}): Value {
    const name = this.#name();
    this.#nodes.push(node(type, inputs, name, attributes));
    return name;
  }

  floats(values: Float32Array, shape: readonly number[]): Value {
    return this.#constant(
      "float",
      shape,
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    );
  }

  scalar(value: number): Value {
    return this.floats(Float32Array.of(value), []);
  }

  ints(...values: number[]): Value {
    return this.#constant("int64", [values.length], bytesOf(BigInt64Array.from(values, BigInt)));
  }

  int(value: number): Value {
    return this.#constant("int64", [], bytesOf(BigInt64Array.of(BigInt(value))));
  }

  /** Uniform in ±`spread`, which keeps the size of what it is multiplied with when it is left out. */
  weight(shape: readonly number[], spread = Math.sqrt(3 / (shape[0] ?? 1))): Value {
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    for (let index = 0; index < values.length; index++) {
      values[index] = (2 * this.#random.next() - 1) * spread;
    }
    return this.floats(values, shape);
  }

  linear(x: Value, from: number, to: number): Value {
    return this.op("Add", [this.op("MatMul", [x, this.weight([from, to])]), this.weight([to], 0.1)]);
  }

  layerNorm(x: Value, width: number): Value {
    const ones = this.floats(new Float32Array(width).fill(1), [width]);
    const zeros = this.floats(new Float32Array(width), [width]);
    return this.op("LayerNormalization", [x, ones, zeros], { axis: -1 });
  }

  gelu(x: Value): Value {
    const erf = this.op("Erf", [this.op("Mul", [x, this.scalar(Math.SQRT1_2)])]);
    return this.op("Mul", [this.op("Mul", [x, this.scalar(0.5)]), this.op("Add", [erf, this.scalar(1)])]);
  }

  /** batch × tokens × width to batch × heads × tokens × size. */
  heads(x: Value, heads: number, size: number): Value {
    return this.op("Transpose", [this.op("Reshape", [x, this.ints(0, 0, heads, size)])], {
      perm: [0, 2, 1, 3],
    });
  }

  /** All batch × heads × tokens × size, the result batch × tokens × width; `mask` is added to the scores. */
  attend(q: Value, k: Value, v: Value, size: number, mask?: Value): Value {
    const products = this.op("MatMul", [q, this.op("Transpose", [k], { perm: [0, 1, 3, 2] })]);
    const scores = this.op("Mul", [products, this.scalar(size ** -0.5)]);
    const weights = this.op("Softmax", [mask === undefined ? scores : this.op("Add", [scores, mask])], {
      axis: -1,
    });
    const mixed = this.op("Transpose", [this.op("MatMul", [weights, v])], { perm: [0, 2, 1, 3] });
    return this.op("Reshape", [mixed, this.ints(0, 0, -1)]);
  }

  /** Size of one axis, a scalar. */
  size(x: Value, axis: number): Value {
    return this.op("Gather", [this.op("Shape", [x]), this.int(axis)], { axis: 0 });
  }

  /** 0…length-1. */
  range(length: Value): Value {
    return this.op("Range", [this.int(0), length, this.int(1)]);
  }

  toFloat(x: Value): Value {
    return this.op("Cast", [x], { to: dataTypes.float });
  }

  /** batch × tokens of 1 and 0 to batch × 1 × 1 × tokens of 0 and -1e9. */
  paddingMask(kept: Value): Value {
    const hidden = this.op("Sub", [this.scalar(1), this.toFloat(kept)]);
    return this.op("Unsqueeze", [this.op("Mul", [hidden, this.scalar(-1e9)]), this.ints(1, 2)]);
  }

  /** fresh × total of 0 and -1e9: each of the last tokens sees itself and what is before it. */
  causalMask(fresh: Value, total: Value): Value {
    const rows = this.op("Add", [this.range(fresh), this.op("Sub", [total, fresh])]);
    const ahead = this.op("Greater", [
      this.op("Unsqueeze", [this.range(total), this.ints(0)]),
      this.op("Unsqueeze", [rows, this.ints(1)]),
    ]);
    return this.op("Mul", [this.toFloat(ahead), this.scalar(-1e9)]);
  }

  write(file: string): void {
    const graph = message(
      ...this.#nodes.map((bytes) => field(1, bytes)),
      field(2, text("random")),
      ...this.#weights.map((bytes) => field(5, bytes)),
      ...this.#inputs.map((bytes) => field(11, bytes)),
      ...this.#outputs.map((bytes) => field(12, bytes)),
    );
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, message(integer(1, irVersion), field(7, graph), field(8, integer(2, opset))));
  }

  #constant(type: DataType, shape: readonly number[], bytes: Uint8Array): Value {
    const name = this.#name();
    const dimensions = shape.map((size) => integer(1, size));
    this.#weights.push(
      message(...dimensions, integer(2, dataTypes[type]), field(8, text(name)), field(9, bytes)),
    );
    return name;
  }

  #name(): Value {
    return `v${++this.#count}`;
  }
}

function node(
  type: string,
  inputs: readonly Value[],
  output: Value,
  attributes: Record<string, Attribute>,
): Uint8Array {
  return message(
    ...inputs.map((name) => field(1, text(name))),
    field(2, text(output)),
    field(4, text(type)),
    ...Object.entries(attributes).map(([name, value]) => field(5, attribute(name, value))),
  );
}

function attribute(name: string, value: Attribute): Uint8Array {
  if (typeof value === "number") {
    return message(field(1, text(name)), integer(3, value), integer(20, attributeTypes.int));
  }
  if ("float" in value) {
    const bytes = new Uint8Array(Float32Array.of(value.float).buffer);
    return message(field(1, text(name)), tag(2, 5), bytes, integer(20, attributeTypes.float));
  }
  return message(
    field(1, text(name)),
    ...value.map((item) => integer(8, item)),
    integer(20, attributeTypes.ints),
  );
}

function valueInfo(name: string, type: DataType, shape: readonly (number | string)[]): Uint8Array {
  const dimensions = shape.map((size) =>
    field(1, typeof size === "number" ? integer(1, size) : field(2, text(size))),
  );
  const tensor = message(integer(1, dataTypes[type]), field(2, message(...dimensions)));
  return message(field(1, text(name)), field(2, field(1, tensor)));
}

function message(...parts: Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

/** A field of bytes, text or a message. */
function field(number: number, bytes: Uint8Array): Uint8Array {
  return message(tag(number, 2), varint(BigInt(bytes.length)), bytes);
}

function integer(number: number, value: number): Uint8Array {
  return message(tag(number, 0), varint(BigInt.asUintN(64, BigInt(value))));
}

function tag(number: number, wireType: number): Uint8Array {
  return varint(BigInt((number << 3) | wireType));
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
  return Uint8Array.from([...bytes, Number(rest)]);
}

function text(value: string): Uint8Array {
  return Buffer.from(value);
}

function bytesOf(array: BigInt64Array): Uint8Array {
  return new Uint8Array(array.buffer);
}
