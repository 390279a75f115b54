const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const visible = /[\p{L}\p{N}\p{Extended_Pictographic}]/u;

/** The first letters of the first and the last word, or an emoji, which may be several code points. Empty for a name of signs only. */
export function initialsOf(name: string): string {
  const letters = name.split(/\s+/).flatMap((word) => {
    const first = [...graphemes.segment(word)].find(({ segment }) => visible.test(segment));
    return first ? [first.segment] : [];
  });
  return (letters.length > 1 ? [letters[0], letters.at(-1)] : letters).join('').toUpperCase();
}
