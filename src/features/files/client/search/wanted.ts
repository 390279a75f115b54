/** What is searched for, and where. */
import { MAX_PATTERN } from '#features/files/search-contract.ts';

export interface Wanted {
  q: string;
  matchCase: boolean;
  word: boolean;
  regex: boolean;
  /** '' for all files. */
  glob: string;
  /** '' for the whole project. */
  folder: string;
}

export const nothingWanted: Wanted = { q: '', matchCase: false, word: false, regex: false, glob: '', folder: '' };

const place = ({ glob, folder }: Wanted): { glob?: string; path?: string } => {
  const path = folder.trim().replace(/^\/+|\/+$/g, '');
  return { ...(glob.trim() !== '' && { glob: glob.trim() }), ...(path !== '' && { path }) };
};

/** As the query of a search. Case is always said: its default differs between texts and regular expressions. */
export function toQuery(wanted: Wanted) {
  const { q, matchCase, word, regex } = wanted;
  const flag = (value: boolean) => (value ? 'true' : 'false');
  return { q, case: flag(matchCase), word: flag(word), regex: flag(regex), ...place(wanted) } as const;
}

/** As the body of a replacement. */
export function toBody(wanted: Wanted, replacement: string) {
  const { q, matchCase, word, regex } = wanted;
  return { q, case: matchCase, word, regex, replacement, ...place(wanted) };
}

/** A text selected in the editor, if it can be searched for. */
export function readSelected(text: string): string | undefined {
  return text.trim() !== '' && text.length <= MAX_PATTERN && !/[\r\n]/.test(text) ? text : undefined;
}
