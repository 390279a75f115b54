import { useEffect, useId, useMemo, useState } from 'react';
import { Fallback } from '#ui/primitives/fallback.tsx';
import { PlainText } from '#ui/primitives/plain-text.tsx';
import { WrittenBlockView } from './block-view.tsx';
import type { MarkdownDocument } from './document.ts';
import { NotesContext } from './inline-view.tsx';
import { useMarkdown } from './use-markdown.ts';
import '../prose.css';

/** What a model has written, as far as it was read; what cannot be read or drawn is shown as it is written. */
export function Markdown({ text }: { text: string }) {
  return (
    <div className="prose">
      <Fallback to={<PlainText text={text} />}>
        <ReadText text={text} />
      </Fallback>
    </div>
  );
}

function ReadText({ text }: { text: string }) {
  const prefix = useId();
  const read = useMarkdown(text);
  // In a moment it was read: until then its place is kept, and nothing flashes.
  if (!read)
    return (
      <div className="prose-unread">
        <PlainText text={text} />
      </div>
    );
  if (!read.document) return <PlainText text={text} />;
  return (
    <NotesContext value={prefix}>
      <Drawn document={read.document} />
      <Rest text={text.slice(read.of.length)} />
    </NotesContext>
  );
}

/** Elements that are drawn at once, and characters beside them: more would keep a click waiting. */
const AT_ONCE = 1_000;
const CHARACTERS_OF_ELEMENT = 50;

function Drawn({ document: { blocks } }: { document: MarkdownDocument }) {
  const [budget, setBudget] = useState(AT_ONCE);
  const count = useMemo(() => countWithin(blocks, budget), [blocks, budget]);
  const isCut = count < blocks.length;
  useEffect(() => {
    if (!isCut) return;
    const timer = setTimeout(() => setBudget((before) => before + AT_ONCE));
    return () => clearTimeout(timer);
  });
  // biome-ignore lint/suspicious/noArrayIndexKey: blocks are only ever appended
  return blocks.slice(0, count).map(({ json, depth }, index) => <WrittenBlockView key={index} json={json} depth={depth} />);
}

/** @returns how many blocks make no more elements than this; one at least */
function countWithin(blocks: MarkdownDocument['blocks'], budget: number): number {
  let size = 0;
  const count = blocks.findIndex((block) => {
    size += Math.max(block.size, block.json.length / CHARACTERS_OF_ELEMENT);
    return size > budget;
  });
  return count < 0 ? blocks.length : Math.max(count, 1);
}

/** A text that is written faster than it is read is not held back for longer than this. */
const TIMEOUT_MS = 600;

/** What was written since. */
function Rest({ text }: { text: string }) {
  const [late, setLate] = useState(false);
  const waits = text !== '';
  useEffect(() => {
    setLate(false);
    if (!waits) return;
    const timer = setTimeout(() => setLate(true), TIMEOUT_MS);
    return () => clearTimeout(timer);
  }, [waits]);
  return late && waits ? <PlainText text={text} /> : null;
}
