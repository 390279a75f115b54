/** Values stored in this browser. Storage may be full or blocked: then everything works as on a first visit. */
import { useState } from 'react';

export function readStored(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(`guildhall:${key}`) ?? 'null');
  } catch {
    return null;
  }
}

/** @returns whether it was stored */
export function writeStored(key: string, value: unknown): boolean {
  try {
    if (value === undefined) localStorage.removeItem(`guildhall:${key}`);
    else localStorage.setItem(`guildhall:${key}`, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** State that survives a reload; `parse` turns whatever is stored into a valid value. */
export function useStored<T>(key: string, parse: (stored: unknown) => T): [T, (value: T) => void] {
  const [value, setValue] = useState(() => parse(readStored(key)));
  const store = (next: T) => {
    setValue(next);
    writeStored(key, next);
  };
  return [value, store];
}
