/**
 * Reads incomplete JSON as far as it goes: a tool's input while a model writes it. An incomplete string counts with what it has so far; an
 * incomplete key, number or literal does not count.
 * @returns undefined while there is nothing to show
 */
export function readPartialJson(text: string): unknown {
  let open: Open | undefined;
  let isKey = false;
  /** The longest prefix that parses, and the brackets that close it. */
  let good = 0;
  let toClose: Open | undefined;
  const mark = (end: number) => {
    good = end;
    toClose = open;
  };
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') {
      const end = endOfString(text, at);
      if (end === undefined) {
        if (!isKey) return parse(`${withoutHalfEscape(text, at)}"${closingOf(open)}`);
        break;
      }
      if (!isKey) mark(end);
      at = end - 1;
    } else if (char === '{' || char === '[') {
      const depth = (open?.depth ?? 0) + 1;
      // No tool accepts this, and the component that renders it recurses as deeply.
      if (depth > MAX_DEPTH) return undefined;
      open = { close: char === '{' ? '}' : ']', outer: open, depth };
      isKey = char === '{';
      mark(at + 1);
    } else if (char === '}' || char === ']') {
      open = open?.outer;
      isKey = false;
      mark(at + 1);
    } else if (char === ',') {
      // The value before it, maybe a number, is complete now.
      mark(at);
      isKey = open?.close === '}';
    } else if (char === ':') isKey = false;
  }
  return good === 0 ? undefined : parse(text.slice(0, good) + closingOf(toClose));
}

const MAX_DEPTH = 200;

/** An open bracket within others. */
interface Open {
  close: '}' | ']';
  outer: Open | undefined;
  depth: number;
}

function closingOf(open: Open | undefined): string {
  let closing = '';
  for (let each = open; each; each = each.outer) closing += each.close;
  return closing;
}

/** @returns the end of the string that begins at `start`; undefined if it is incomplete */
function endOfString(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return undefined;
}

/** Drops an incomplete escape at the end of the text: `\`, `\u00`, or the first half of a surrogate pair. */
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
