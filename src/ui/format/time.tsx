import { useSyncExternalStore } from 'react';
import { texts } from '../texts/format.ts';
import { type Clock, hourCycle, readClock, useClock } from './clock.ts';

const relative = new Intl.RelativeTimeFormat(texts.language, { numeric: 'auto' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

const steps = [
  ['minute', 60],
  ['hour', 3600],
  ['day', 86_400],
] as const;

/** "5 minutes ago"; the date after 30 days. */
export function formatAgo(at: string, now = Date.now()): string {
  const seconds = (new Date(at).getTime() - now) / 1000;
  const past = Math.abs(seconds);
  if (past < 45) return texts.justNow;
  if (past > 30 * 86_400) return day.format(new Date(at));
  const [unit, size] = steps.findLast(([, size]) => past >= size) ?? steps[0];
  return relative.format(Math.round(seconds / size), unit);
}

/** "840 ms", "12 s", "3 minutes": with useful precision. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return texts.milliseconds(Math.round(milliseconds));
  const seconds = milliseconds / 1000;
  if (seconds < 10) return texts.seconds(seconds.toFixed(1).replace('.0', ''));
  if (seconds < 90) return texts.seconds(String(Math.round(seconds)));
  return texts.minutes(Math.round(seconds / 60));
}

/** The date, in the language of the browser. */
export const formatDay = (at: string): string => day.format(new Date(at));

/** Creating a format takes a hundred times as long as using it. */
const exact = new Map<Clock, Intl.DateTimeFormat>();

export function formatExact(at: string): string {
  const clock = readClock();
  const format = exact.get(clock) ?? new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', ...hourCycle() });
  exact.set(clock, format);
  return format.format(new Date(at));
}

let minute = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function onMinute(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    minute = Date.now();
    for (const each of listeners) each();
  }, 30_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** A relative time that stays up to date, with the exact time on hover. */
export function Time({ at }: { at: string }) {
  useSyncExternalStore(onMinute, () => minute);
  useClock();
  return (
    <time dateTime={at} title={formatExact(at)}>
      {formatAgo(at)}
    </time>
  );
}
