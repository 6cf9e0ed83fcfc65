import { crc32 } from "node:zlib";

/**
 * The journal's bytes. A file is the 8 ASCII characters `LMJRNL01` (the last two are the format's
 * version) followed by records; numbers are little-endian:
 *
 *     u32  length of what follows the checksum
 *     u32  CRC-32 of the length field and of everything that follows the checksum
 *     u8   kind: 1 change, 2 base
 *     u64  sequence number
 *     …    payload
 *
 * A change is one committed transaction; its payload is a u32 count of statements, each a text (the
 * SQL), a u32 count of parameters and the parameters: a tag byte, then nothing for null (0), a float64
 * (1), a text (2) or a blob (3). Texts (UTF-8) and blobs begin with their u32 length in bytes.
 *
 * A base says that a database file with everything up to its sequence number was about to be put in
 * place; its payload is the file's u64 size and u32 CRC-32.
 */
export type SqlValue = number | string | Uint8Array | null;

export interface Statement {
  sql: string;
  params: readonly SqlValue[];
}

export interface DatabaseChecksum {
  size: number;
  crc: number;
}

export interface JournalRecord {
  kind: "change" | "base";
  sequence: number;
  payload: Buffer;
  /** Where the record begins and ends in its file. */
  start: number;
  end: number;
}

export interface JournalScan {
  records: JournalRecord[];
  /** Everything before this offset is sound. */
  soundEnd: number;
  /**
   * `torn`: the file ends within a record, as after a power cut while it was appended.
   * `damaged`: bytes that were once complete have changed.
   */
  tail: "clean" | "torn" | "damaged";
  /** Written by a later version in a format that this one cannot read. */
  isNewerFormat: boolean;
}

export const journalHeader = Buffer.from("LMJRNL01", "latin1");

const frameBytes = 8;
const bodyHeaderBytes = 9;
const changeKind = 1;
const baseKind = 2;

export function encodeChange(sequence: number, statements: readonly Statement[]): Buffer {
  const parts: Buffer[] = [uint32(statements.length)];
  for (const { sql, params } of statements) {
    parts.push(...lengthPrefixed(Buffer.from(sql)), uint32(params.length));
    for (const value of params) {
      parts.push(...encodeValue(value));
    }
  }
  return encodeRecord(changeKind, sequence, Buffer.concat(parts));
}

export function encodeBase(sequence: number, checksum: DatabaseChecksum): Buffer {
  return encodeRecord(baseKind, sequence, Buffer.concat([uint64(checksum.size), uint32(checksum.crc)]));
}

/** Throws a `RangeError` when the payload is not one that `encodeChange` made. */
export function decodeChange(payload: Buffer): Statement[] {
  const reader = new Reader(payload);
  const statements: Statement[] = [];
  for (let left = reader.uint32(); left > 0; left--) {
    const sql = reader.text();
    const params: SqlValue[] = [];
    for (let values = reader.uint32(); values > 0; values--) {
      params.push(reader.value());
    }
    statements.push({ sql, params });
  }
  reader.expectEnd();
  return statements;
}

export function decodeBase(payload: Buffer): DatabaseChecksum {
  const reader = new Reader(payload);
  const checksum = { size: reader.uint64(), crc: reader.uint32() };
  reader.expectEnd();
  return checksum;
}

export function checksumOf(bytes: Uint8Array): DatabaseChecksum {
  return { size: bytes.length, crc: crc32(bytes) };
}

/** Reads every record up to the first that is not whole, and tells what stands there. */
export function scanJournal(bytes: Buffer): JournalScan {
  const records: JournalRecord[] = [];
  let offset = journalHeader.length;
  for (let record = readRecord(bytes, offset); record; record = readRecord(bytes, offset)) {
    records.push(record);
    offset = record.end;
  }
  const hasHeader = bytes.subarray(0, journalHeader.length).equals(journalHeader);
  if (!hasHeader && records.length === 0) {
    const isNewerFormat = /^LMJRNL\d\d/.test(bytes.toString("latin1", 0, journalHeader.length));
    return { records, soundEnd: 0, tail: bytes.length < offset ? "torn" : "damaged", isNewerFormat };
  }
  return {
    records,
    soundEnd: offset,
    tail: offset === bytes.length ? "clean" : tailKind(bytes, offset, records.at(-1)?.sequence ?? 0),
    isNewerFormat: false,
  };
}

function encodeRecord(kind: number, sequence: number, payload: Buffer): Buffer {
  const record = Buffer.alloc(frameBytes + bodyHeaderBytes + payload.length);
  record.writeUInt32LE(bodyHeaderBytes + payload.length, 0);
  record.writeUInt8(kind, frameBytes);
  record.writeBigUInt64LE(BigInt(sequence), frameBytes + 1);
  payload.copy(record, frameBytes + bodyHeaderBytes);
  record.writeUInt32LE(recordCrc(record), 4);
  return record;
}

function recordCrc(record: Buffer): number {
  return crc32(record.subarray(frameBytes), crc32(record.subarray(0, 4)));
}

function readRecord(bytes: Buffer, start: number): JournalRecord | undefined {
  const bodyStart = start + frameBytes;
  if (bodyStart + bodyHeaderBytes > bytes.length) {
    return undefined;
  }
  const end = bodyStart + bytes.readUInt32LE(start);
  const kind = bytes.readUInt8(bodyStart);
  if (end < bodyStart + bodyHeaderBytes || end > bytes.length || (kind !== changeKind && kind !== baseKind)) {
    return undefined;
  }
  if (recordCrc(bytes.subarray(start, end)) !== bytes.readUInt32LE(start + 4)) {
    return undefined;
  }
  return {
    kind: kind === changeKind ? "change" : "base",
    sequence: Number(bytes.readBigUInt64LE(bodyStart + 1)),
    payload: bytes.subarray(bodyStart + bodyHeaderBytes, end),
    start,
    end,
  };
}

function tailKind(bytes: Buffer, offset: number, lastSequence: number): "torn" | "damaged" {
  const end = offset + frameBytes + (offset + 4 <= bytes.length ? bytes.readUInt32LE(offset) : Infinity);
  const isWhole = end > offset + frameBytes && end <= bytes.length;
  return isWhole || hasRecordAfter(bytes, offset + 1, lastSequence) ? "damaged" : "torn";
}

/** A sound record behind an unsound one proves that the latter was complete once. */
function hasRecordAfter(bytes: Buffer, from: number, lastSequence: number): boolean {
  const nearby = 1_000_000;
  for (let start = from; start + frameBytes + bodyHeaderBytes <= bytes.length; start++) {
    const sequence = Number(bytes.readBigUInt64LE(start + frameBytes + 1));
    // Most offsets are ruled out by this alone, which keeps the search linear.
    if (sequence >= lastSequence && sequence <= lastSequence + nearby && readRecord(bytes, start)) {
      return true;
    }
  }
  return false;
}

function encodeValue(value: SqlValue): Buffer[] {
  if (value === null) {
    return [Buffer.of(0)];
  }
  if (typeof value === "number") {
    const number = Buffer.alloc(9);
    number.writeUInt8(1);
    number.writeDoubleLE(value, 1);
    return [number];
  }
  return typeof value === "string"
    ? [Buffer.of(2), ...lengthPrefixed(Buffer.from(value))]
    : [Buffer.of(3), ...lengthPrefixed(value)];
}

function lengthPrefixed(bytes: Uint8Array): Buffer[] {
  return [uint32(bytes.length), Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)];
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

class Reader {
  #offset = 0;

  constructor(private readonly bytes: Buffer) {}

  uint32(): number {
    return this.bytes.readUInt32LE(this.#advance(4));
  }

  uint64(): number {
    return Number(this.bytes.readBigUInt64LE(this.#advance(8)));
  }

  text(): string {
    return this.#prefixed().toString("utf8");
  }

  value(): SqlValue {
    const tag = this.bytes.readUInt8(this.#advance(1));
    switch (tag) {
      case 0:
        return null;
      case 1:
        return this.bytes.readDoubleLE(this.#advance(8));
      case 2:
        return this.text();
      case 3:
        return Uint8Array.from(this.#prefixed());
      default:
        throw new RangeError(`Unknown parameter tag ${tag}.`);
    }
  }

  expectEnd(): void {
    if (this.#offset !== this.bytes.length) {
      throw new RangeError("The payload is longer than its content.");
    }
  }

  #prefixed(): Buffer {
    const length = this.uint32();
    const start = this.#advance(length);
    return this.bytes.subarray(start, start + length);
  }

  #advance(length: number): number {
    const start = this.#offset;
    this.#offset += length;
    if (this.#offset > this.bytes.length) {
      throw new RangeError("The payload ends too early.");
    }
    return start;
  }
}
