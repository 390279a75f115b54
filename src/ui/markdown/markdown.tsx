import { useEffect, useId, useMemo, useState } from 'react';
import { Fallback } from '#ui/primitives/fallback.tsx';
import { PlainText } from '#ui/primitives/plain-text.tsx';
import { WrittenBlockView } from './block-view.tsx';
import type { MarkdownDocument } from './document.ts';
import { NotesContext } from './inline-view.tsx';
import { useMarkdown } from './use-markdown.ts';
import './prose.css';

/** A text of a model or a file, rendered as far as it has been parsed; anything that cannot be parsed or rendered is shown as source. */
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
  // It is parsed in a moment: reserves its space until then, to avoid a flash.
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

/** Elements rendered at once, and characters that count as one element: more would delay the response to a click. */
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
  // biome-ignore lint/suspicious/noArrayIndexKey: blocks are only appended
  return blocks.slice(0, count).map(({ json, depth }, index) => <WrittenBlockView key={index} json={json} depth={depth} />);
}

/** @returns how many blocks stay within this number of elements; at least one */
function countWithin(blocks: MarkdownDocument['blocks'], budget: number): number {
  let size = 0;
  const count = blocks.findIndex((block) => {
    size += Math.max(block.size, block.json.length / CHARACTERS_OF_ELEMENT);
    return size > budget;
  });
  return count < 0 ? blocks.length : Math.max(count, 1);
}

/** Text that grows faster than it is parsed is shown after this delay at the latest. */
const TIMEOUT_MS = 600;

/** Text that arrived since it was last parsed. */
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
