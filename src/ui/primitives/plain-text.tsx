import { memo } from 'react';
import { Breakable } from './breakable.tsx';
import './plain-text.css';

/** Characters that a browser lays out without a pause; what is not in view, it leaves for later. */
const PART = 8_000;

/** A text as it is written, however long it is and without a line break in it. */
export function PlainText({ text }: { text: string }) {
  return (
    <p className="plain-text">
      <TextParts text={text} />
    </p>
  );
}

/** The same, for where line breaks are kept anyhow. */
export function TextParts({ text }: { text: string }) {
  if (text.length <= PART) return <Breakable text={text} />;
  return cut(text).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts are only ever appended
    <Part key={index} text={part} />
  ));
}

const Part = memo(({ text }: { text: string }) => (
  <span className="text-part">
    <Breakable text={text} />
  </span>
));

/** At line breaks where there are any; the same parts while more is appended. */
function cut(text: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const line = text.lastIndexOf('\n', at + PART);
    const end = at + PART >= text.length ? text.length : line > at ? line + 1 : at + PART;
    parts.push(text.slice(at, end));
    at = end;
  }
  return parts;
}
