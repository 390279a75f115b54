import { createContext, Fragment, useContext } from 'react';
import { Breakable } from '#ui/primitives/breakable.tsx';
import { useRunContext } from '../run-context.ts';
import { texts } from '../texts/markdown.ts';
import type { Inline } from './document.ts';
import { MathView } from './math-view.tsx';

/** Prefix for the ids of one response's footnotes. */
export const NotesContext = createContext('');

export const Inlines = ({ nodes }: { nodes: readonly Inline[] }) =>
  nodes.map((node, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: they have no other identity
    <Fragment key={index}>{typeof node === 'string' ? <Breakable text={node} /> : <InlineView node={node} />}</Fragment>
  ));

function InlineView({ node }: { node: Exclude<Inline, string> }) {
  switch (node.type) {
    case 'emphasis':
      return (
        <em>
          <Inlines nodes={node.children} />
        </em>
      );
    case 'strong':
      return (
        <strong>
          <Inlines nodes={node.children} />
        </strong>
      );
    case 'delete':
      return (
        <del>
          <Inlines nodes={node.children} />
        </del>
      );
    case 'code':
      return (
        <code>
          <Breakable text={node.text} />
        </code>
      );
    case 'whole':
      return <span className="prose-whole">{node.text}</span>;
    case 'break':
      return <br />;
    case 'link':
      return <LinkView node={node} />;
    case 'note':
      return <NoteLink number={node.number} />;
    case 'math':
      return <MathView tex={node.tex} drawn={node.drawn} display={false} />;
  }
}

function LinkView({ node: { href, path, children } }: { node: Extract<Inline, { type: 'link' }> }) {
  const { onOpenFile } = useRunContext();
  if (path !== undefined)
    return (
      <button type="button" className="link" title={path} onClick={() => onOpenFile(path)}>
        <Inlines nodes={children} />
      </button>
    );
  if (href === undefined) return <Inlines nodes={children} />;
  return (
    <a href={href} target="_blank" rel="noreferrer">
      <Inlines nodes={children} />
    </a>
  );
}

function NoteLink({ number }: { number: number }) {
  const prefix = useContext(NotesContext);
  const id = `${prefix}note-${number}`;
  return (
    <sup>
      <a href={`#${id}`} aria-label={texts.footnote(number)} onClick={goTo(id)}>
        {number}
      </a>
    </sup>
  );
}

/** Scrolls to an element of this page without changing the address. */
const goTo = (id: string) => (event: React.MouseEvent) => {
  event.preventDefault();
  document.getElementById(id)?.focus();
};
