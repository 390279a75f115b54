import { useState } from 'react';
import { actingUser } from '#ui/app/acting-user.ts';
import { readStored, writeStored } from '#ui/app/stored.ts';

/** Text that is there again after a reload, until it is emptied; of this person, not of the next one in this browser. */
export function useDraft(name: string): [string, (change: string | ((text: string) => string)) => void] {
  const key = `message:${actingUser()}:${name}`;
  const [text, setText] = useState(() => {
    const stored = readStored(key);
    return typeof stored === 'string' ? stored : '';
  });
  const change = (next: string | ((text: string) => string)) =>
    setText((before) => {
      const after = typeof next === 'string' ? next : next(before);
      writeStored(key, after === '' ? undefined : after);
      return after;
    });
  return [text, change];
}
