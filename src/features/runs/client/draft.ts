import { useState } from 'react';
import { actingUser } from '#ui/app/acting-user.ts';
import { readStored, writeStored } from '#ui/app/stored.ts';

/** Text that survives a reload until it is emptied; stored per person, not per browser. */
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
