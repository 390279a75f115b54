/** Splits Markdown at empty lines into pieces that mean the same alone as together, given their definitions. */

const fence = /^ {0,3}(`{3,}|~{3,})/;
/** Lines that may continue the list, the quotation or the footnote before the empty line. */
const continues = /^(?:\s|[-*+](?:\s|$)|>|\d{1,9}[.)](?:\s|$))/;
const definition = /^ {0,3}\[(\^?)((?:[^\]\\]|\\.){1,200})\]:(.*)$/;
const label = /\[(\^?)([^[\]]{1,200})\]/g;

export interface Definitions {
  /** Targets of links and images as written, by label. */
  links: ReadonlyMap<string, string>;
  /** Numbers of footnotes by label, in order of first reference. */
  notes: ReadonlyMap<string, number>;
}

/** As CommonMark compares labels. */
export const normalizeLabel = (text: string): string => text.trim().replaceAll(/\s+/g, ' ').toLowerCase().toUpperCase();

/** The construct that a line opens: everything up to its end is one piece. */
function openedBy(line: string): string | undefined {
  const mark = fence.exec(line)?.[1];
  if (mark) return mark;
  const text = line.trim();
  return text === '$$' || text === '\\[' ? text : undefined;
}

const closes = (line: string, open: string): boolean =>
  open === '$$' || open === '\\['
    ? line.trimEnd().endsWith(open === '$$' ? '$$' : '\\]')
    : (fence.exec(line)?.[1]?.startsWith(open) ?? false);

/** Whether it contains an unclosed fence: whatever followed would belong to the code. */
function endsOpen(block: string): boolean {
  let open: string | undefined;
  for (const line of block.split('\n')) open = open === undefined ? openedBy(line) : closes(line, open) ? undefined : open;
  return open !== undefined;
}

/** Joined with line breaks, the pieces are the text. */
export function splitBlocks(text: string): string[] {
  const blocks: string[] = [];
  let start = 0;
  let open: string | undefined;
  let afterEmpty = false;
  for (let at = 0; at <= text.length; ) {
    const end = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
    const line = text.slice(at, end);
    if (!open && afterEmpty && line.trim() !== '' && !continues.test(line)) {
      blocks.push(text.slice(start, at - 1));
      start = at;
    }
    open = open === undefined ? openedBy(line) : closes(line, open) ? undefined : open;
    afterEmpty = line.trim() === '';
    at = end + 1;
  }
  blocks.push(text.slice(start));
  return blocks;
}

/** @param blocks the ones that are parsed as Markdown */
export function findDefinitions(blocks: readonly string[]): Definitions {
  const links = new Map<string, string>();
  const noted = new Set<string>();
  for (const block of blocks) {
    if (!block.includes(']:')) continue;
    let open: string | undefined;
    const lines = block.split('\n');
    for (const [index, line] of lines.entries()) {
      const [, isNote, name = '', rest = ''] = (open === undefined && definition.exec(line)) || [];
      if (isNote) noted.add(normalizeLabel(name));
      else if (isNote === '' && !links.has(normalizeLabel(name)))
        links.set(normalizeLabel(name), rest.trim() === '' ? `${line}\n${lines[index + 1] ?? ''}` : line);
      open = open === undefined ? openedBy(line) : closes(line, open) ? undefined : open;
    }
  }
  const notes = new Map<string, number>();
  for (const block of noted.size > 0 ? blocks : [])
    for (const { isNote, name } of labelsOf(block)) if (isNote && noted.has(name) && !notes.has(name)) notes.set(name, notes.size + 1);
  return { links, notes };
}

function* labelsOf(block: string): Generator<{ isNote: boolean; name: string }> {
  for (const [, mark, name = ''] of block.matchAll(label)) yield { isNote: mark === '^', name: normalizeLabel(name) };
}

/** @returns Markdown that defines what this block refers to, to be parsed after it; '' if there is nothing */
export function definitionsFor(block: string, { links, notes }: Definitions): string {
  if (links.size + notes.size === 0 || !block.includes('[') || endsOpen(block)) return '';
  const wanted = new Set<string>();
  for (const { isNote, name } of labelsOf(block)) {
    const found = isNote ? notes.has(name) && `[^${name}]: ${notes.get(name)}` : links.get(name);
    if (found) wanted.add(found);
  }
  return wanted.size > 0 ? `\n\n${[...wanted].join('\n\n')}` : '';
}
