/**
 * Reads JSON that is still being written, as far as it has come: what a model is about to hand to a tool. A string under way
 * counts with what it has so far; a key, a number or a word that may go on does not.
 * @returns undefined while there is nothing to see
 */
export function readPartialJson(text: string): unknown {
  const open: string[] = [];
  let isKey = false;
  /** As long as this, and closed like this, it can be read. */
  let good = 0;
  let closing = '';
  const mark = (end: number) => {
    good = end;
    closing = open.toReversed().join('');
  };
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') {
      const end = endOfString(text, at);
      if (end === undefined) {
        if (!isKey) return parse(withoutHalfEscape(text, at) + ['"', ...open.toReversed()].join(''));
        break;
      }
      if (!isKey) mark(end);
      at = end - 1;
    } else if (char === '{' || char === '[') {
      open.push(char === '{' ? '}' : ']');
      isKey = char === '{';
      mark(at + 1);
    } else if (char === '}' || char === ']') {
      open.pop();
      isKey = false;
      mark(at + 1);
    } else if (char === ',') {
      // What stood before it, a number maybe, is complete now.
      mark(at);
      isKey = open.at(-1) === '}';
    } else if (char === ':') isKey = false;
  }
  return good === 0 ? undefined : parse(text.slice(0, good) + closing);
}

/** @returns where the string that begins at `start` is over; undefined while it goes on */
function endOfString(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return undefined;
}

/** The text without an escape at its end that lacks its rest: `\`, `\u00`, or the first half of a pair. */
function withoutHalfEscape(text: string, start: number): string {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] !== '\\') continue;
    const length = text[at + 1] === 'u' ? 6 : 2;
    const isFirstHalf = /^\\ud[89ab]/i.test(text.slice(at, at + 4));
    if (at + (isFirstHalf ? 12 : length) > text.length) return text.slice(0, at);
    at += length - 1;
  }
  return text;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
