/** What this browser remembers. Storage may be full or forbidden: then things work as on a first visit. */
import { useState } from 'react';

export function readStored(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(`guildhall:${key}`) ?? 'null');
  } catch {
    return null;
  }
}

/** @returns whether it was kept */
export function writeStored(key: string, value: unknown): boolean {
  try {
    if (value === undefined) localStorage.removeItem(`guildhall:${key}`);
    else localStorage.setItem(`guildhall:${key}`, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** State that comes back after a reload; `parse` turns whatever stands there into a value that is fine. */
export function useStored<T>(key: string, parse: (stored: unknown) => T): [T, (value: T) => void] {
  const [value, setValue] = useState(() => parse(readStored(key)));
  const store = (next: T) => {
    setValue(next);
    writeStored(key, next);
  };
  return [value, store];
}
