/** Whole words, in any script. */

const wordCharacter = /[\p{L}\p{M}\p{N}\p{Pc}]/u;

const isWord = (text: string, at: number): boolean => wordCharacter.test(String.fromCodePoint(text.codePointAt(at) ?? 0));

function isBoundary(text: string, at: number): boolean {
  if (at === 0 || at === text.length) return true;
  const low = text.charCodeAt(at - 1);
  const before = low >= 0xdc00 && low <= 0xdfff && at > 1 ? at - 2 : at - 1;
  return !(isWord(text, before) && isWord(text, at));
}

/** Whether a part of a text neither starts nor ends within a word. */
export const isWhole = (text: string, { start, end }: { start: number; end: number }): boolean =>
  isBoundary(text, start) && isBoundary(text, end);
