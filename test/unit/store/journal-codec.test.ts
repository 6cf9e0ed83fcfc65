import assert from "node:assert/strict";
import {
  checksumOf,
  decodeBase,
  decodeChange,
  encodeBase,
  encodeChange,
  journalHeader,
  scanJournal,
  type Statement,
} from "../../../src/store/worker/journal-codec";

const statements: Statement[] = [
  {
    sql: "INSERT INTO t VALUES (?, ?, ?, ?, ?)",
    params: [null, -0.5, "häé 😀 \0 end", "", new Uint8Array([0, 255, 7])],
  },
  { sql: "DELETE FROM t", params: [] },
  { sql: "UPDATE t SET a = ?", params: [Number.MAX_SAFE_INTEGER] },
];

const records = [
  encodeChange(7, statements),
  encodeBase(7, { size: 2 ** 40, crc: 0xffffffff }),
  encodeChange(8, [{ sql: "DELETE FROM u WHERE id = ?", params: ["x"] }]),
];
const journal = Buffer.concat([journalHeader, ...records]);
const lastStart = journal.length - records[2]!.length;

describe("journal codec", () => {
  it("gives back exactly what was encoded", () => {
    const scan = scanJournal(journal);
    assert.equal(scan.tail, "clean");
    assert.equal(scan.soundEnd, journal.length);
    assert.deepEqual(
      scan.records.map(({ kind, sequence }) => [kind, sequence]),
      [
        ["change", 7],
        ["base", 7],
        ["change", 8],
      ],
    );
    assert.deepEqual(decodeChange(scan.records[0]!.payload), statements);
    assert.deepEqual(decodeBase(scan.records[1]!.payload), { size: 2 ** 40, crc: 0xffffffff });
  });

  it("keeps every earlier record and calls the tail torn, wherever the last record is cut", () => {
    for (let length = lastStart + 1; length < journal.length; length++) {
      const scan = scanJournal(journal.subarray(0, length));
      assert.equal(scan.records.length, 2, `cut at ${length}`);
      assert.equal(scan.soundEnd, lastStart);
      assert.equal(scan.tail, "torn", `cut at ${length}`);
    }
  });

  it("calls a file that ends within its header torn", () => {
    for (let length = 0; length < journalHeader.length; length++) {
      const scan = scanJournal(journal.subarray(0, length));
      assert.deepEqual([scan.tail, scan.soundEnd, scan.isNewerFormat], ["torn", 0, false]);
    }
  });

  it("never accepts a record with a flipped bit, and knows that it was whole once", () => {
    const middleStart = journalHeader.length + records[0]!.length;
    for (let offset = journalHeader.length; offset < lastStart; offset++) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = Buffer.from(journal);
        damaged[offset]! ^= 1 << bit;
        const scan = scanJournal(damaged);
        assert.equal(scan.records.length, offset < middleStart ? 0 : 1, `offset ${offset}, bit ${bit}`);
        assert.equal(scan.tail, "damaged", `offset ${offset}, bit ${bit}`);
      }
    }
  });

  it("does not take zeros at the end, as some file systems leave them, for a record", () => {
    const scan = scanJournal(Buffer.concat([journal, Buffer.alloc(4096)]));
    assert.equal(scan.records.length, 3);
    assert.equal(scan.soundEnd, journal.length);
    assert.notEqual(scan.tail, "clean");
  });

  it("reads on when only the header is damaged, and recognises a newer format", () => {
    const withoutHeader = Buffer.from(journal);
    withoutHeader.write("garbage!", 0, "latin1");
    assert.equal(scanJournal(withoutHeader).records.length, 3);
    const newer = scanJournal(Buffer.from("LMJRNL02 something this version cannot read", "latin1"));
    assert.equal(newer.isNewerFormat, true);
  });

  it("refuses payloads that do not end where their content ends", () => {
    const payload = scanJournal(journal).records[0]!.payload;
    assert.throws(() => decodeChange(Buffer.concat([payload, Buffer.of(0)])), RangeError);
    for (let length = 0; length < payload.length; length++) {
      assert.throws(() => decodeChange(payload.subarray(0, length)), RangeError);
    }
  });

  it("computes the standard CRC-32", () => {
    assert.deepEqual(checksumOf(Buffer.from("123456789")), { size: 9, crc: 0xcbf43926 });
  });
});
