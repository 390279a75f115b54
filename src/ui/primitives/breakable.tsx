import { Fragment } from 'react';

/** Characters of a word that is given places to break, and between two of those. */
const LONG = /\S{300}/;
/** Never within what is drawn as one: an accent belongs to its letter, and a joiner to both its sides. */
const PIECE = /\S{100}(?:\p{M}|\u200d|\ufe0f|(?<=\u200d)\S)*/gu;

/**
 * A text that somebody or a model wrote, for where words may break anywhere. In a word without an end, a browser looks for each line's
 * break in all of the rest, which takes quadratic time: 0.8 s for 15,000 characters. So such a word says where it may break. Copied, it
 * is the same text.
 */
export function Breakable({ text }: { text: string }) {
  if (!LONG.test(text)) return text;
  const pieces: string[] = [];
  let at = 0;
  for (const { 0: piece, index } of text.matchAll(PIECE)) {
    pieces.push(text.slice(at, index) + piece);
    at = index + piece.length;
  }
  return (
    <>
      {pieces.map((piece, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces are only ever appended
        <Fragment key={index}>
          {piece}
          <wbr />
        </Fragment>
      ))}
      {text.slice(at)}
    </>
  );
}
