/**
 * Names of models without the words that all begin with, so that a narrow column shows what distinguishes
 * them: quantizations of one model differ only in the end.
 */
export function shortNames(names: readonly string[]): string[] {
  const words = names.map((name) => name.split(/\s+/));
  const [first = []] = words;
  const fewest = Math.min(...words.map(({ length }) => length));
  let common = 0;
  while (common < fewest - 1 && words.every((its) => its[common] === first[common])) {
    common++;
  }
  return names.length < 2 || common === 0 ? [...names] : words.map((its) => its.slice(common).join(" "));
}
