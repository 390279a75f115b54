import { useState } from 'react';
import { formatNumber } from '../format/figure.ts';
import { texts } from '../texts/content.ts';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { TextParts } from './plain-text.tsx';
import './long-text.css';

const FIRST_LINES = 24;
const FIRST_CHARACTERS = 4_000;

/** The beginning of a text, and the rest on demand: avoids nested scrolling. */
export function LongText({ label, text }: { label: string; text: string }) {
  const [whole, setWhole] = useState(false);
  const beginning = firstLinesOf(text);
  const isCut = beginning.length < text.length;
  return (
    <div className="long-text">
      <pre>
        <TextParts text={whole ? text : beginning} />
      </pre>
      <CopyButton label={texts.copy(label)} text={() => text} />
      {isCut && (
        <Button kind="quiet" size="small" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? texts.showLess : texts.showAllCharacters(formatNumber(text.length))}
        </Button>
      )}
    </div>
  );
}

function firstLinesOf(text: string): string {
  let end = -1;
  for (let line = 0; line < FIRST_LINES; line++) {
    end = text.indexOf('\n', end + 1);
    if (end < 0) break;
  }
  return text.slice(0, Math.min(end < 0 ? text.length : end, FIRST_CHARACTERS));
}
