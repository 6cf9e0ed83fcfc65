/** A part of a query with its weight; weights below zero push away. */
export interface QueryTerm {
  text: string;
  weight: number;
}

/**
 * Words to search pictures by: terms joined by ` + ` and ` - ` (with spaces around, so that hyphens stay
 * hyphens), each with an optional weight in front: `beach - people`, `2:red car + snow`. Quotation marks
 * keep such characters as text: `"rock + roll"`; times and addresses have no weight. Terms without text are left out.
 */
export function parseQuery(query: string): QueryTerm[] {
  const terms: QueryTerm[] = [];
  let sign = 1;
  for (const part of splitTerms(query)) {
    if (part === "+" || part === "-") {
      sign = part === "-" ? -1 : 1;
      continue;
    }
    const [, weight = "1", rest = part] = /^(\d+(?:[.,]\d+)?):(?!\/\/|\d)([\s\S]*)$/.exec(part) ?? [];
    const text = rest
      .trim()
      .replace(/^"([^"]*)"$/, "$1")
      .trim();
    if (text !== "" && Number(weight.replace(",", ".")) > 0) {
      terms.push({ text, weight: sign * Number(weight.replace(",", ".")) });
    }
    sign = 1;
  }
  return terms;
}

/** Texts and operators in turn; an operator stands alone between spaces, or first. */
function splitTerms(query: string): string[] {
  const parts: string[] = [];
  let current: string[] = [];
  let isQuoted = false;
  const finish = () => {
    parts.push(current.join(" "));
    current = [];
  };
  for (const word of query.split(/\s+/).filter((each) => each !== "")) {
    if (!isQuoted && (word === "+" || word === "-")) {
      finish();
      parts.push(word);
      continue;
    }
    // `-people` right after a space reads as an operator too.
    if (!isQuoted && /^[-+][^\d\s+-]/.test(word) && parts.length + current.length > 0) {
      finish();
      parts.push(word.charAt(0));
      current.push(word.slice(1));
    } else {
      current.push(word);
    }
    isQuoted = (word.split('"').length - 1) % 2 === 1 ? !isQuoted : isQuoted;
  }
  finish();
  return parts.filter((part) => part !== "");
}
