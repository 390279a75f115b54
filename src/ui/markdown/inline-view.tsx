import { createContext, Fragment, useContext } from 'react';
import { Breakable } from '#ui/primitives/breakable.tsx';
import { texts } from '../texts/markdown.ts';
import type { Inline } from './document.ts';
import { MarkdownContext, resolvePath, slugOf } from './links.ts';
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
    case 'picture':
      return <PictureView node={node} />;
    case 'note':
      return <NoteLink number={node.number} />;
    case 'math':
      return <MathView tex={node.tex} drawn={node.drawn} display={false} />;
  }
}

function LinkView({ node: { href, to, anchor, children } }: { node: Extract<Inline, { type: 'link' }> }) {
  const { folder, onOpenFile } = useContext(MarkdownContext);
  const path = to === undefined ? undefined : resolvePath(folder, to);
  if (path !== undefined)
    return (
      <button type="button" className="link" title={path} onClick={() => onOpenFile(path)}>
        <Inlines nodes={children} />
      </button>
    );
  if (anchor !== undefined)
    return (
      <button type="button" className="link" onClick={goToHeading(anchor)}>
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

function PictureView({ node: { to, alt } }: { node: Extract<Inline, { type: 'picture' }> }) {
  const { folder, onOpenFile, picture } = useContext(MarkdownContext);
  const path = resolvePath(folder, to);
  const name = alt || texts.picture;
  if (path === undefined) return name;
  if (picture) return picture({ path, alt: name });
  return (
    <button type="button" className="link" title={path} onClick={() => onOpenFile(path)}>
      {name}
    </button>
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

/** Scrolls to a heading of the same text. */
const goToHeading = (anchor: string) => (event: React.MouseEvent) => {
  const headings = event.currentTarget.closest('.prose')?.querySelectorAll('.prose-heading') ?? [];
  [...headings].find((heading) => slugOf(heading.textContent ?? '') === anchor)?.scrollIntoView({ block: 'start' });
};

/** Scrolls to an element of this page without changing the address. */
const goTo = (id: string) => (event: React.MouseEvent) => {
  event.preventDefault();
  document.getElementById(id)?.focus();
};
