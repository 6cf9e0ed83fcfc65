import { AppError } from "../../common/errors";

export interface CsvRecord {
  /** Of its first character, from 1. */
  line: number;
  fields: string[];
}

/** A CSV text that cannot be read, and the line. */
export class CsvError extends Error {
  override readonly name = "CsvError";

  constructor(
    readonly line: number,
    readonly reason: AppError,
  ) {
    super(reason.message);
  }
}

const quote = '"';

/**
 * Reads CSV (RFC 4180, with LF, CR LF or CR). Fields may be separated by commas, semicolons or tabs, whichever
 * the first line has most of, for spreadsheets write all three. Empty lines are left out.
 * @throws CsvError
 */
export function parseCsv(text: string): CsvRecord[] {
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const reader = new CsvReader(source, separatorOf(source));
  const records: CsvRecord[] = [];
  for (let record = reader.next(); record; record = reader.next()) {
    if (record.fields.length > 1 || record.fields[0] !== "") {
      records.push(record);
    }
  }
  return records;
}

function separatorOf(text: string): string {
  const firstLine = text.slice(0, 100_000).split(/[\r\n]/, 1)[0] ?? "";
  const unquoted = firstLine.replace(/"[^"]*"/g, "");
  const counts = [",", ";", "\t"].map((separator) => ({
    separator,
    count: unquoted.split(separator).length,
  }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).separator;
}

class CsvReader {
  readonly #text: string;
  readonly #separator: string;
  readonly #plain: RegExp;
  #offset = 0;
  #line = 1;

  constructor(text: string, separator: string) {
    this.#text = text;
    this.#separator = separator;
    this.#plain = new RegExp(`[^${separator}\\r\\n]*`, "y");
  }

  /** Undefined at the end. */
  next(): CsvRecord | undefined {
    if (this.#offset >= this.#text.length) {
      return undefined;
    }
    const record: CsvRecord = { line: this.#line, fields: [this.#field()] };
    while (this.#text[this.#offset] === this.#separator) {
      this.#offset++;
      record.fields.push(this.#field());
    }
    this.#endOfLine();
    return record;
  }

  #field(): string {
    if (this.#text[this.#offset] === quote) {
      return this.#quoted();
    }
    this.#plain.lastIndex = this.#offset;
    const [field = ""] = this.#plain.exec(this.#text) ?? [];
    this.#offset += field.length;
    return field;
  }

  #quoted(): string {
    const startLine = this.#line;
    const parts: string[] = [];
    let start = this.#offset + 1;
    for (;;) {
      const end = this.#text.indexOf(quote, start);
      if (end < 0) {
        throw new CsvError(
          startLine,
          new AppError(
            "invalid-input",
            "The text in quotation marks that begins in this line is not closed.",
          ),
        );
      }
      const part = this.#text.slice(start, end);
      this.#line += part.match(/\r\n|\r|\n/g)?.length ?? 0;
      parts.push(part);
      if (this.#text[end + 1] !== quote) {
        this.#offset = end + 1;
        return parts.join(quote);
      }
      start = end + 2;
    }
  }

  #endOfLine(): void {
    const rest = this.#text.slice(this.#offset, this.#offset + 2);
    if (rest === "") {
      return;
    }
    if (rest !== "\r\n" && rest[0] !== "\r" && rest[0] !== "\n") {
      throw new CsvError(
        this.#line,
        new AppError(
          "invalid-input",
          "Text follows a closing quotation mark. Write a quotation mark inside a text twice.",
        ),
      );
    }
    this.#offset += rest === "\r\n" ? 2 : 1;
    this.#line++;
  }
}
