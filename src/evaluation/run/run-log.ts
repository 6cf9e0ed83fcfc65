import type { LogLine } from "../../protocol/store-evaluations";

/**
 * The log of one evaluation. Lines are told at once; they are stored with the next thing that is stored, so
 * that the log costs no writing of its own.
 */
export class RunLog {
  readonly #now: () => number;
  readonly #tell: (line: LogLine) => void;
  #pending: LogLine[] = [];

  constructor(now: () => number, tell: (line: LogLine) => void) {
    this.#now = now;
    this.#tell = tell;
  }

  add(text: string): void {
    const line = { at: this.#now(), text };
    this.#pending.push(line);
    this.#tell(line);
  }

  /** Lines that are not stored yet; whoever takes them stores them. */
  take(): LogLine[] {
    const lines = this.#pending;
    this.#pending = [];
    return lines;
  }

  /** For lines that could not be stored. */
  giveBack(lines: readonly LogLine[]): void {
    this.#pending = [...lines, ...this.#pending];
  }
}

/** As the Output channel shows it, in local time: `2026-03-01 14:05:09.120  Run 1/3`. */
export function formatLogLine({ at, text }: LogLine): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day} ${time}.${String(date.getMilliseconds()).padStart(3, "0")}  ${text}`;
}
