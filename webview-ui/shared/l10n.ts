import { fillTemplate, type AppError, type MessageArgument } from "../../src/common/errors";

let translations: ReadonlyMap<string, string> = new Map();
let language: string | undefined;
/** By fraction digits; making one is expensive. */
const numberFormats = new Map<number, Intl.NumberFormat>();

/**
 * Takes the table that VS Code's localisation uses, English sentence → translation. Entries of another
 * shape are skipped, so the page shows English for them.
 */
export function setTranslations(table: unknown): void {
  const entries = typeof table === "object" && table !== null ? Object.entries(table) : [];
  translations = new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** A BCP 47 tag; an unknown or malformed one means the browser's own language. */
export function setLanguage(tag: string): void {
  numberFormats.clear();
  try {
    language = Intl.NumberFormat.supportedLocalesOf(tag)[0];
  } catch {
    language = undefined;
  }
}

/** Translates an English sentence and fills its `{0}` placeholders. */
export function t(sentence: string, ...args: MessageArgument[]): string {
  return fillTemplate(translations.get(sentence) ?? sentence, args);
}

export function errorSentence(error: AppError): string {
  return t(error.template, ...error.args);
}

/** `12,345` and `23.4`, written as the page's language does. */
export function formatNumber(value: number, fractionDigits = 0): string {
  let format = numberFormats.get(fractionDigits);
  if (!format) {
    const digits = { minimumFractionDigits: fractionDigits, maximumFractionDigits: fractionDigits };
    format = new Intl.NumberFormat(language, digits);
    numberFormats.set(fractionDigits, format);
  }
  return format.format(value);
}

/** A day and, with `withTime`, its time, written as the page's language does. */
export function formatDate(time: number, withTime = false): string {
  return new Intl.DateTimeFormat(language, {
    dateStyle: "medium",
    ...(withTime && { timeStyle: "short" }),
  }).format(time);
}
