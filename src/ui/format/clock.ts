/** How clocks are shown in this browser: as its language does, or always with 12 or 24 hours. */
import { useSyncExternalStore } from 'react';

export const clocks = ['language', '12', '24'] as const;
export type Clock = (typeof clocks)[number];

const KEY = 'guildhall:clock';
const listeners = new Set<() => void>();
let clock = readStored();

function readStored(): Clock {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === '12' || stored === '24' ? stored : 'language';
  } catch {
    return 'language';
  }
}

export function setClock(next: Clock): void {
  clock = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Lasts until the next reload.
  }
  for (const listener of listeners) listener();
}

export const readClock = (): Clock => clock;

/** Times on the screen are written again when the choice changes. */
export const useClock = (): Clock =>
  useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, readClock);

/** Options of Intl.DateTimeFormat. */
export const hourCycle = (): Intl.DateTimeFormatOptions => (clock === 'language' ? {} : { hourCycle: clock === '12' ? 'h12' : 'h23' });
