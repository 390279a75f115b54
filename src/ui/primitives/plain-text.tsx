import { memo } from 'react';
import { Breakable } from './breakable.tsx';
import './plain-text.css';

/** Characters that a browser lays out without a pause; it skips the layout of parts outside the viewport. */
const PART = 8_000;

/** A text as written, of any length and without line breaks if need be. */
export function PlainText({ text }: { text: string }) {
  return (
    <p className="plain-text">
      <TextParts text={text} />
    </p>
  );
}

/** The same, for containers that already preserve line breaks. */
export function TextParts({ text }: { text: string }) {
  if (text.length <= PART) return <Breakable text={text} />;
  return cut(text).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts are only appended
    <Part key={index} text={part} />
  ));
}

const Part = memo(({ text }: { text: string }) => (
  <span className="text-part">
    <Breakable text={text} />
  </span>
));

/** Splits at line breaks if there are any; the parts stay the same while text is appended. */
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
