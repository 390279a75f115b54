import { Fragment } from 'react';

/** Length of a word that gets break opportunities, and the distance between two of them. */
const LONG = /\S{300}/;
/** Never within a grapheme: an accent belongs to its letter, and a joiner to both its sides. */
const PIECE = /\S{100}(?:\p{M}|\u200d|\ufe0f|(?<=\u200d)\S)*/gu;

/**
 * Text written by a person or a model, in a place where words may break anywhere. In a word without an end, a browser searches all the rest
 * for each line's break, which takes quadratic time: 0.8 s for 15,000 characters. Such words get explicit break opportunities. Copying
 * yields the original text.
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
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces are only appended
        <Fragment key={index}>
          {piece}
          <wbr />
        </Fragment>
      ))}
      {text.slice(at)}
    </>
  );
}
