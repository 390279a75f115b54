/** Texts that compress like real ones: sentences of words of which few are frequent and most are rare. */
import { createHash } from 'node:crypto';
import { pick } from './plan.ts';

/** Different contents in all projects together; each project stores its own copy of those it uses. */
const CONTENTS = 4000;
/** Contents that a project draws from: what is repeated in it is stored once. */
const OF_A_PROJECT = 60;
const WORDS = 4000;
const syllables = 'ba co de fi gan hel in jo ka lor men nu or pre qui ra sen ti un ver wa xi yo zen st al er ing ly ed'.split(' ');

const words = Array.from({ length: WORDS }, (_, n) =>
  Array.from({ length: 1 + pick(n, 1, 3) }, (_, place) => syllables[pick(n, place + 2, syllables.length)] ?? '').join(''),
);

/** The share of a word falls with its place in the list, as in any language. */
const wordAt = (a: number, b: number): string => words[Math.floor(WORDS ** (pick(a, b, 1_000_000) / 1_000_000)) - 1] ?? 'a';

/** @returns so many words, as sentences, a paragraph after about eighty */
export function prose(seed: number, count: number): string {
  let text = '';
  for (let n = 0; n < count; n++) {
    const word = wordAt(seed, n);
    const starts = n === 0 || text.endsWith('.') || text.endsWith('\n');
    text += starts ? `${text && !text.endsWith('\n') ? ' ' : ''}${word.charAt(0).toUpperCase()}${word.slice(1)}` : ` ${word}`;
    if (n % 80 === 79) text += '.\n\n';
    else if (n % 12 === 11) text += '.';
  }
  return `${text}.\n`;
}

/** Many short files, some long ones. */
function wordsOf(n: number): number {
  const share = pick(n, 7, 100);
  if (share < 70) return 25 + pick(n, 8, 60);
  return share < 95 ? 85 + pick(n, 9, 120) : 350 + pick(n, 10, 700);
}

interface Content {
  /** SHA-256, in hexadecimal. */
  hash: string;
  /** In hexadecimal. */
  bytes: string;
  size: number;
}

export const contents: readonly Content[] = Array.from({ length: CONTENTS }, (_, n) => {
  const bytes = Buffer.from(`# ${prose(n, 3).trim()}\n\n${prose(n + CONTENTS, wordsOf(n))}`);
  return { hash: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.toString('hex'), size: bytes.length };
});

/** @returns the number of a content: that of a file of a project as of one of its versions, counted from 0 */
export const contentOf = (project: number, file: number, version: number): number =>
  (project * 31 + ((file * 3 + version * 7) % OF_A_PROJECT)) % CONTENTS;
