/** Converts the mdast tree of one block to what the page renders: bounded, with safe addresses only, and without HTML. */
import type { BlockContent, DefinitionContent, Nodes, PhrasingContent, Root, RootContent, TableRow } from 'mdast';
import { texts } from '../texts/markdown.ts';
import { colourCode } from './colour-code.ts';
import { type Block, type Inline, type ListItem, MAX_BLOCK_SIZE, MAX_DEPTH, type MathNode } from './document.ts';
import { drawMath } from './draw-math.ts';
import type { Formula } from './math-nodes.ts';
import type { Definitions } from './split.ts';
import { normalizeLabel } from './split.ts';

export interface Converted {
  blocks: { block: Block; size: number }[];
  /** Footnotes defined here, by label. */
  notes: { label: string; children: readonly Block[]; size: number }[];
  /** Languages that are not loaded for highlighting, and `math`. */
  missing: Set<string>;
}

class TooLarge extends Error {}

/** @param source the text that was parsed: the block, and after `length` characters the definitions it refers to */
export function convert(root: Root, source: string, length: number, { notes: numbers }: Definitions): Converted {
  const result: Converted = { blocks: [], notes: [], missing: new Set() };
  // Includes the definitions after the block, which were appended for this.
  const addresses = new Map(root.children.flatMap((node) => (node.type === 'definition' ? [[node.identifier, node.url] as const] : [])));
  let size = 0;

  const sourceOf = (node: Nodes): string =>
    source.slice(node.position?.start.offset ?? 0, Math.min(node.position?.end.offset ?? length, length));

  function grow(by = 1): void {
    size += by;
    if (size > MAX_BLOCK_SIZE) throw new TooLarge();
  }

  function inlines(nodes: readonly PhrasingContent[], depth: number): Inline[] {
    return nodes.map((node) => inline(node, depth));
  }

  function inline(node: PhrasingContent, depth: number): Inline {
    grow();
    if (depth > MAX_DEPTH) return sourceOf(node);
    switch (node.type) {
      case 'text':
        return node.value;
      case 'emphasis':
      case 'strong':
      case 'delete':
        return { type: node.type, children: inlines(node.children, depth + 1) };
      case 'inlineCode':
        return { type: 'code', text: node.value };
      case 'break':
        return { type: 'break' };
      case 'link':
        return link(node.url, inlines(node.children, depth + 1));
      // An image from another site would tell that site who reads this, so it becomes a link.
      case 'image':
        return link(node.url, [node.alt || texts.picture]);
      case 'linkReference':
      case 'imageReference': {
        const url = addresses.get(node.identifier);
        const children = node.type === 'linkReference' ? inlines(node.children, depth + 1) : [node.alt || texts.picture];
        return url === undefined ? sourceOf(node) : link(url, children);
      }
      case 'footnoteReference': {
        const number = numbers.get(normalizeLabel(node.label ?? node.identifier));
        return number === undefined ? sourceOf(node) : { type: 'note', number };
      }
      case 'inlineMath':
        return formula(node, isDisplay(node)) ?? sourceOf(node);
      default:
        return sourceOf(node);
    }
  }

  /** @returns undefined for text that is probably no formula: `\[` is also the escape that keeps a bracket from beginning a link */
  function formula({ value, open }: Formula, display: boolean): { type: 'math'; tex: string; drawn?: readonly MathNode[] } | undefined {
    if (open === '\\[' && !/[\\^_={}+<>]|\d/.test(value)) return undefined;
    const drawn = drawMath(value.trim(), display);
    if (drawn === undefined) result.missing.add('math');
    grow(drawn ? countMath(drawn) : 1);
    return { type: 'math', tex: value.trim(), ...(drawn && { drawn }) };
  }

  function blocks(nodes: readonly (RootContent | BlockContent | DefinitionContent)[], depth: number): Block[] {
    return nodes.flatMap((node) => block(node, depth) ?? []);
  }

  function block(node: RootContent, depth: number): Block | undefined {
    grow();
    if (depth > MAX_DEPTH) return { type: 'plain', text: sourceOf(node) };
    switch (node.type) {
      case 'paragraph':
        return paragraph(node.children, depth);
      case 'heading':
        return { type: 'heading', level: node.depth, children: inlines(node.children, depth + 1) };
      case 'code':
        return code(node.value, node.lang ?? '');
      case 'blockquote':
        return { type: 'quote', children: blocks(node.children, depth + 1) };
      case 'list':
        return {
          type: 'list',
          start: node.ordered ? (node.start ?? 1) : null,
          items: node.children.map(({ checked = null, children, spread }): ListItem => {
            grow();
            const isLoose = spread || node.spread;
            const within = blocks(children, depth + 1);
            return {
              checked,
              children: isLoose ? within : within.map((each) => (each.type === 'paragraph' ? { ...each, type: 'line' } : each)),
            };
          }),
        };
      case 'table': {
        const cells = (row: TableRow | undefined) =>
          (row?.children ?? []).map((cell) => {
            grow();
            return inlines(cell.children, depth + 1).flatMap(keepWhole);
          });
        const [head, ...rows] = node.children;
        return { type: 'table', align: node.align ?? [], head: cells(head), rows: rows.map(cells) };
      }
      case 'thematicBreak':
        return { type: 'rule' };
      case 'math':
        // Unclosed, for now or for good.
        if (!node.value.trimEnd().endsWith(closeOf(node.open))) return { type: 'plain', text: sourceOf(node) };
        return formula({ ...node, value: node.value.trimEnd().slice(0, -2) }, true) ?? { type: 'plain', text: sourceOf(node) };
      case 'footnoteDefinition': {
        const before = size;
        const label = normalizeLabel(node.label ?? node.identifier);
        result.notes.push({ label, children: blocks(node.children, depth + 1), size: size - before });
        return undefined;
      }
      case 'definition':
        return undefined;
      default:
        return { type: 'plain', text: sourceOf(node) };
    }
  }

  /** A formula on its own is displayed as a block. */
  function paragraph(children: readonly PhrasingContent[], depth: number): Block {
    const [only] = children;
    const alone = children.length === 1 && only?.type === 'inlineMath' && isDisplay(only) ? formula(only, true) : undefined;
    return alone ?? { type: 'paragraph', children: inlines(children, depth + 1) };
  }

  function code(text: string, language: string): Block {
    const pieces = colourCode(text, language);
    if (!pieces) result.missing.add(language);
    grow(pieces?.length ?? 1);
    return { type: 'code', language, pieces: pieces ?? [text] };
  }

  for (const node of root.children) {
    if ((node.position?.start.offset ?? 0) >= length) continue;
    size = 0;
    try {
      const made = block(node, 0);
      if (made) result.blocks.push({ block: made, size });
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      result.blocks.push({ block: { type: 'plain', text: sourceOf(node) }, size: 1 });
    }
  }
  return result;
}

const isDisplay = ({ open }: Pick<Formula, 'open'>): boolean => open !== '\\(';
const closeOf = (open: string): string => (open === '$$' ? '$$' : '\\]');

const countMath = (nodes: readonly MathNode[]): number =>
  nodes.reduce((sum, node) => sum + 1 + (typeof node === 'string' ? 0 : countMath(node.children)), 0);

/** Columns are narrow, and a date or a number must not be broken. */
const keepWhole = (node: Inline): Inline[] =>
  typeof node === 'string' ? node.split(/(\S*\d-\S+)/).map((text, index) => (index % 2 === 1 ? { type: 'whole', text } : text)) : [node];

function link(url: string, children: readonly Inline[]): Inline {
  const text = url.trim();
  if (/^(?:https?:\/\/|mailto:)/i.test(text)) return { type: 'link', href: text, children };
  const path = toPath(text);
  return { type: 'link', ...(path !== undefined && { path }), children };
}

/** @returns the project file that a relative address refers to, decoded once; undefined if it refers to none */
function toPath(url: string): string | undefined {
  const [path = ''] = url.replace(/^\.?\//, '').split(/[?#]/, 1);
  if (path === '' || /^[a-z][a-z0-9+.-]*:|^\/|^\.\.?(?:\/|$)|\\/i.test(path)) return undefined;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
