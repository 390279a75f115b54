/** Formulas rendered by KaTeX, as data: the page builds them without inline styles, which its content security policy blocks. */
import { markHidden } from '#wire/hidden-characters.ts';
import type { MathElement, MathNode } from './document.ts';

const MAX_TEX = 2_000;
const MAX_NODES = 2_000;

let katex: typeof import('katex').default | undefined;

/** @returns undefined if there is nothing to wait for */
export function loadMath(): Promise<void> | undefined {
  if (katex) return undefined;
  return import('katex').then((module) => {
    katex = module.default;
  });
}

/** @returns null for formulas to show as source; undefined until KaTeX is loaded */
export function drawMath(tex: string, display: boolean): readonly MathNode[] | null | undefined {
  // Hidden characters cannot be marked within a formula.
  if (tex.length > MAX_TEX || markHidden(tex) !== tex) return null;
  if (!katex) return undefined;
  try {
    return readMarkup(katex.renderToString(tex, { displayMode: display, strict: 'ignore', trust: false, maxSize: 50, maxExpand: 200 }));
  } catch {
    // Not TeX, or TeX that KaTeX does not support.
    return null;
  }
}

const token = /<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>|([^<]+)/g;
const attribute = /([\w:-]+)="([^"]*)"/g;
const entities = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&#x27;', "'"],
]);
const decode = (text: string): string => text.replaceAll(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => entities.get(entity) ?? '');

/** Parses KaTeX's output: all elements are closed, attributes are in double quotes. */
function readMarkup(markup: string): readonly MathNode[] | null {
  const root: MathNode[] = [];
  const open: MathNode[][] = [root];
  let count = 0;
  for (const [, slash, tag, given = '', selfClosed, text] of markup.matchAll(token)) {
    if (++count > MAX_NODES) return null;
    if (text !== undefined) open.at(-1)?.push(decode(text));
    else if (slash) open.pop();
    else if (tag) {
      const attributes = Object.fromEntries(Array.from(given.matchAll(attribute), ([, name = '', value = '']) => [name, decode(value)]));
      const children: MathNode[] = [];
      open.at(-1)?.push({ tag, attributes, children } satisfies MathElement);
      if (!selfClosed) open.push(children);
    }
  }
  return open.length === 1 ? root : null;
}
