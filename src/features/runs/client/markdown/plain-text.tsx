import { memo } from 'react';

/** Characters that a browser lays out without a pause; what is not in view, it leaves for later. */
const PART = 8_000;

/** A text as it is written, however long it is and without a line break in it. */
export function PlainText({ text }: { text: string }) {
  if (text.length <= PART) return <p className="plain-text">{text}</p>;
  return (
    <div className="plain-text" data-long="">
      {cut(text).map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts are only ever appended
        <Part key={index} text={part} />
      ))}
    </div>
  );
}

const Part = memo(({ text }: { text: string }) => <p>{text}</p>);

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
