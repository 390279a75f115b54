import { createElement, memo, useContext, useId } from 'react';
import { CopyButton } from '#ui/primitives/copy-button.tsx';
import { PlainText } from '#ui/primitives/plain-text.tsx';
import { texts } from '../texts/markdown.ts';
import type { Block, Inline, ListItem } from './document.ts';
import { Inlines, NotesContext } from './inline-view.tsx';
import { nameLanguage } from './languages.ts';
import { MathView } from './math-view.tsx';

/** @param json the same string as long as the block is unchanged */
export const WrittenBlockView = memo(({ json, depth }: { json: string; depth: number | undefined }) => (
  <BlockView block={JSON.parse(json) as Block} depth={depth} />
));

const Blocks = ({ blocks }: { blocks: readonly Block[] }) =>
  // biome-ignore lint/suspicious/noArrayIndexKey: they have no other identity
  blocks.map((block, index) => <BlockView key={index} block={block} />);

function BlockView({ block, depth }: { block: Block; depth?: number | undefined }) {
  switch (block.type) {
    case 'paragraph':
      return (
        <p>
          <Inlines nodes={block.children} />
        </p>
      );
    case 'line':
      return <Inlines nodes={block.children} />;
    case 'heading':
      return <Heading block={block} depth={depth} />;
    case 'code':
      return <CodeBlock block={block} />;
    case 'quote':
      return (
        <blockquote>
          <Blocks blocks={block.children} />
        </blockquote>
      );
    case 'list':
      return <List block={block} />;
    case 'table':
      return <Table block={block} />;
    case 'rule':
      return <hr />;
    case 'math':
      return <MathView tex={block.tex} drawn={block.drawn} display />;
    case 'notes':
      return <Notes notes={block.notes} />;
    case 'plain':
      return <PlainText text={block.text} />;
  }
}

/** One level below the run's heading; headings within a quotation or a list are not part of the conversation's outline. */
function Heading({ block: { level, children }, depth }: { block: Extract<Block, { type: 'heading' }>; depth: number | undefined }) {
  const tag = depth === undefined ? 'p' : `h${Math.min(depth + 2, 6)}`;
  return createElement(tag, { className: 'prose-heading', 'data-level': level }, <Inlines nodes={children} />);
}

function CodeBlock({ block: { language, pieces } }: { block: Extract<Block, { type: 'code' }> }) {
  const text = () => pieces.map((piece) => (typeof piece === 'string' ? piece : piece[1])).join('');
  const name = nameLanguage(language);
  return (
    <div className="prose-code">
      <div className="prose-code-head">
        <span className="truncate">{name}</span>
        <CopyButton label={texts.copyCode} text={text} />
      </div>
      <Scroller label={texts.code(name)}>
        <pre>
          <code>
            {pieces.map((piece, index) =>
              typeof piece === 'string' ? (
                piece
              ) : (
                // biome-ignore lint/suspicious/noArrayIndexKey: pieces are only appended
                <span key={index} className={`code-${piece[0]}`}>
                  {piece[1]}
                </span>
              ),
            )}
          </code>
        </pre>
      </Scroller>
    </div>
  );
}

function List({ block: { start, items } }: { block: Extract<Block, { type: 'list' }> }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: they have no other identity
  const rows = items.map((item, index) => (item.checked === null ? <Item key={index} item={item} /> : <Task key={index} item={item} />));
  return start === null ? <ul>{rows}</ul> : <ol start={start}>{rows}</ol>;
}

const Item = ({ item }: { item: ListItem }) => (
  <li>
    <Blocks blocks={item.children} />
  </li>
);

function Task({ item: { checked, children } }: { item: ListItem }) {
  const id = useId();
  return (
    <li className="prose-task">
      <input type="checkbox" checked={checked === true} disabled aria-labelledby={id} />
      <div id={id}>
        <Blocks blocks={children} />
      </div>
    </li>
  );
}

function Table({ block: { align, head, rows } }: { block: Extract<Block, { type: 'table' }> }) {
  const cell = (Cell: 'th' | 'td') => (nodes: readonly Inline[], index: number) => (
    <Cell key={index} scope={Cell === 'th' ? 'col' : undefined} data-align={align[index] ?? undefined} data-length={lengthOf(nodes)}>
      <Inlines nodes={nodes} />
    </Cell>
  );
  return (
    <Scroller label={texts.table}>
      <table>
        <thead>
          <tr>{head.map(cell('th'))}</tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows are only appended
            <tr key={index}>{row.map(cell('td'))}</tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}

/** Short text stays on one line, and long text does not wrap to one word a line. */
function lengthOf(nodes: readonly Inline[]): 'short' | 'long' | undefined {
  const length = nodes.reduce((sum, node) => sum + sizeOf(node), 0);
  return length <= 20 ? 'short' : length > 60 ? 'long' : undefined;
}

const sizeOf = (node: Inline): number =>
  typeof node === 'string'
    ? node.length
    : 'text' in node
      ? node.text.length
      : 'children' in node
        ? node.children.reduce((sum, child) => sum + sizeOf(child), 0)
        : 10;

/** The footnotes of a response; links in the text lead to them. */
function Notes({ notes }: { notes: Extract<Block, { type: 'notes' }>['notes'] }) {
  const prefix = useContext(NotesContext);
  return (
    <ol className="prose-notes" aria-label={texts.footnotes}>
      {notes.map(({ number, children }) => (
        <li key={number} id={`${prefix}note-${number}`} value={number} tabIndex={-1}>
          <Blocks blocks={children} />
        </li>
      ))}
    </ol>
  );
}

/** Wider than the pane: scrolls on its own, by keyboard too. */
const Scroller = ({ label, children }: { label: string; children: React.ReactNode }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling elements must be reachable by keyboard
  // biome-ignore lint/a11y/useSemanticElements: it does not group fields
  <div className="prose-scroll" role="group" aria-label={label} tabIndex={0}>
    {children}
  </div>
);
