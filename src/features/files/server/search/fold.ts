/**
 * Case folding for searches: two texts are equal when their folded forms are. It keeps the length, so positions in the folded text are
 * positions in the text; and ASCII letters equal only ASCII letters, so that a filter in SQL that folds those alone loses nothing.
 */

/** Lower case changes the length of the first (İ) and makes an ASCII letter of the second (K, the Kelvin sign). */
const irregular = /[\u0130\u212a]/;
const regularParts = /[^\u0130\u212a]+/g;

export function fold(text: string): string {
  const lower = irregular.test(text) ? text.replace(regularParts, (part) => part.toLowerCase()) : text.toLowerCase();
  // Which of the two sigmas ends a word depends on what follows.
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower;
}

let byFolded: Map<string, string[]> | undefined;

/** All characters that fold like this one, which is not ASCII. */
export function variantsOf(character: string): string[] {
  byFolded ??= groupByFolded();
  return byFolded.get(fold(character)) ?? [character];
}

/** Of the characters that have variants. Takes some milliseconds. */
function groupByFolded(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (let code = 0x80; code <= 0x1ffff; code++) {
    const character = String.fromCodePoint(code);
    const folded = fold(character);
    if (folded !== character) found.set(folded, [...(found.get(folded) ?? [folded]), character]);
  }
  return found;
}

/** RE2 lets s and k equal these (ſ and K) when it ignores case. */
const equalToAscii = /[\u017f\u212a]/;
const replaced: Readonly<Record<string, string>> = { '\u017f': '\u01a8', '\u212a': '\u01a7' };

/**
 * The text as a regular expression that ignores case reads it: without the two letters that RE2 takes for ASCII ones. In their place are
 * others of the same category, case and script, at the same positions.
 */
export const withoutEqualsOfAscii = (text: string): string =>
  equalToAscii.test(text) ? text.replace(/[\u017f\u212a]/g, (character) => replaced[character] ?? character) : text;
