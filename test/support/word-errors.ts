/** Words that must be replaced, added or removed to turn `heard` into `said`. */
export function wordErrors(said: string, heard: string): number {
  const wanted = wordsOf(said);
  const given = wordsOf(heard);
  let previous = given.map((_, index) => index).concat(given.length);
  for (const [row, word] of wanted.entries()) {
    const current = [row + 1];
    for (const [column, other] of given.entries()) {
      current.push(
        Math.min(
          previous[column]! + (word === other ? 0 : 1),
          previous[column + 1]! + 1,
          current[column]! + 1,
        ),
      );
    }
    previous = current;
  }
  return previous.at(-1)!;
}

export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
}
