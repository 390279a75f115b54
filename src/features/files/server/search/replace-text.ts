/** Replaces all matches in a text. */
import type { Find, Hit } from './hit.ts';

export interface Replaced {
  text: string;
  matches: number;
}

/** @returns what replaces a match */
type Expand = (text: string, hit: Hit) => string;

/**
 * @param template with `$1`, `$<name>`, `$&` and `$$`, as in JavaScript, if it replaces a regular expression; else it is inserted as it is
 * @param lineEnd of the texts, which the replacement gets too
 */
export function createExpand(template: string, regex: boolean, lineEnd: string): Expand {
  const written = template.replaceAll(/\r?\n/g, lineEnd);
  if (!regex || !written.includes('$')) return () => written;
  return (text, hit) =>
    written.replace(
      /\$(?:(\$)|(&)|<(\w+)>|(\d)(\d)?)/g,
      (found, dollar?: string, whole?: string, name?: string, digit?: string, more?: string) => {
        if (dollar) return '$';
        if (whole) return text.slice(hit.start, hit.end);
        if (name !== undefined) return hit.group?.(name) ?? found;
        const both = more === undefined ? undefined : hit.group?.(Number(`${digit}${more}`));
        if (both !== undefined) return both;
        // $0 is no group, as in JavaScript.
        const one = digit === '0' ? undefined : hit.group?.(Number(digit));
        return one === undefined ? found : one + (more ?? '');
      },
    );
}

/** Line ending of the first line. */
export const lineEndOf = (text: string): string => (/^[^\n]*\r\n/.test(text) ? '\r\n' : '\n');

/** @returns undefined if the result would be longer than `most`. @throws TimeUp */
export async function replaceAll(text: string, find: Find, expand: Expand, most: number): Promise<Replaced | undefined> {
  const parts: string[] = [];
  let [done, matches, length] = [0, 0, text.length];
  for (let hit = await find(0); hit; ) {
    const written = expand(text, hit);
    length += written.length - (hit.end - hit.start);
    if (length > most) return undefined;
    parts.push(text.slice(done, hit.start), written);
    done = hit.end;
    matches++;
    const next = hit.end > hit.start ? hit.end : hit.end + characterLength(text, hit.end);
    hit = next < text.length ? await find(next) : undefined;
  }
  return { text: parts.join('') + text.slice(done), matches };
}

const characterLength = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
