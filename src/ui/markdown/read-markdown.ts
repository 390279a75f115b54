/** Parses Markdown piece by piece. Pure except for its cache: unchanged pieces are not parsed again. */
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { isTooMuch } from './bounds.ts';
import { type Converted, convert } from './convert.ts';
import { type Block, MAX_CHARACTERS, MAX_SIZE, type MarkdownDocument, type WrittenBlock } from './document.ts';
import { emphasisSyntax } from './emphasis-syntax.ts';
import { mathFromMarkdown } from './math-nodes.ts';
import { mathSyntax } from './math-syntax.ts';
import { type Definitions, definitionsFor, findDefinitions, splitBlocks } from './split.ts';

// A single tilde is not strikethrough: `~5 to ~10` are estimates.
const options = {
  extensions: [gfm({ singleTilde: false }), mathSyntax, emphasisSyntax],
  mdastExtensions: [gfmFromMarkdown(), mathFromMarkdown],
};

/** Cached pieces. */
const MAX_KEPT = 2_000;

interface ReadPiece {
  blocks: WrittenBlock[];
  notes: Converted['notes'];
  missing: ReadonlySet<string>;
}

interface ReadDocument extends MarkdownDocument {
  /** Languages that are not loaded for highlighting, and `math`. */
  missing: ReadonlySet<string>;
}

/** @param refused pieces that once took too long: they, and pieces that begin with them, are shown as source */
export function createMarkdownReader(refused: readonly string[] = []) {
  const kept = new Map<string, ReadPiece>();

  function readPiece(piece: string, definitions: Definitions, onBegin: () => void): ReadPiece {
    if (piece.trim() === '') return { blocks: [], notes: [], missing: new Set() };
    if (isTooMuch(piece) || refused.some((each) => piece.startsWith(each))) return plain(piece);
    const source = piece + definitionsFor(piece, definitions);
    const found = kept.get(source);
    kept.delete(source);
    const read = found ?? readAnew(source, piece.length, definitions, onBegin);
    if (read.missing.size === 0) kept.set(source, read);
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(oldest);
    }
    return read;
  }

  /**
   * @param text as written so far
   * @param onBegin called with each piece before it is parsed
   */
  return (text: string, onBegin: (piece: string) => void = () => {}): ReadDocument => {
    // At a line break, if there is one.
    const end = text.length > MAX_CHARACTERS ? text.lastIndexOf('\n', MAX_CHARACTERS) + 1 || MAX_CHARACTERS : text.length;
    const pieces = splitBlocks(text.slice(0, end));
    const definitions = findDefinitions(pieces.filter((piece) => !isTooMuch(piece)));
    const read = pieces.map((piece) => readPiece(piece, definitions, () => onBegin(piece)));
    const blocks = outline(bound([...read.flatMap((piece) => piece.blocks), ...toNotes(read, definitions)], pieces));
    if (end < text.length) blocks.push(write({ type: 'plain', text: text.slice(end) }, 1));
    const missing = new Set(read.flatMap((piece) => [...piece.missing]));
    return { blocks, incomplete: missing.size > 0, missing };
  };
}

function readAnew(source: string, length: number, definitions: Definitions, onBegin: () => void): ReadPiece {
  onBegin();
  try {
    const { blocks, notes, missing } = convert(fromMarkdown(source, options), source, length, definitions);
    return { blocks: blocks.map(({ block, size }) => write(block, size)), notes, missing };
  } catch {
    // Nested too deeply for a recursive parser.
    return plain(source.slice(0, length));
  }
}

const plain = (text: string): ReadPiece => ({ blocks: [write({ type: 'plain', text: text.trimEnd() }, 1)], notes: [], missing: new Set() });

const write = (block: Block, size: number): WrittenBlock => ({ json: JSON.stringify(block), size });

/** Sets the depth of each heading below the headings before it. */
function outline(blocks: WrittenBlock[]): WrittenBlock[] {
  const above: number[] = [];
  return blocks.map((block) => {
    const level = Number(/^{"type":"heading","level":(\d)/.exec(block.json)?.[1] ?? 0);
    if (level === 0) return block;
    while ((above.at(-1) ?? 0) >= level) above.pop();
    above.push(level);
    return { ...block, depth: above.length };
  });
}

/** Footnotes go to the end, in the order of their numbers; unreferenced ones are included, because they are part of the text. */
function toNotes(read: readonly ReadPiece[], { notes: numbers }: Definitions): WrittenBlock[] {
  const found = new Map<string, Converted['notes'][number]>();
  for (const { notes } of read) for (const note of notes) if (!found.has(note.label)) found.set(note.label, note);
  if (found.size === 0) return [];
  let last = numbers.size;
  const notes = [...found.values()].map(({ label, children }) => ({ number: numbers.get(label) ?? ++last, children }));
  const size = [...found.values()].reduce((sum, note) => sum + note.size, 0);
  return [write({ type: 'notes', notes: notes.toSorted((a, b) => a.number - b.number) }, size)];
}

/** Shows text beyond what a page can render as source. */
function bound(blocks: WrittenBlock[], pieces: readonly string[]): WrittenBlock[] {
  const size = blocks.reduce((sum, block) => sum + block.size, 0);
  return size <= MAX_SIZE ? blocks : [write({ type: 'plain', text: pieces.join('\n') }, 1)];
}
