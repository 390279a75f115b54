/** Changes by day, for headings. */
import type { Change } from '#features/files/contract.ts';
import { formatDay } from '#ui/format/time.tsx';
import { texts } from './texts.ts';

interface Day {
  name: string;
  changes: Change[];
}

/** @param changes newest first */
export function groupByDay(changes: readonly Change[], now = new Date()): Day[] {
  const days: Day[] = [];
  for (const change of changes) {
    const name = nameDay(new Date(change.at), now);
    const last = days.at(-1);
    if (last?.name === name) last.changes.push(change);
    else days.push({ name, changes: [change] });
  }
  return days;
}

function nameDay(day: Date, now: Date): string {
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (day.toDateString() === now.toDateString()) return texts.today;
  return day.toDateString() === yesterday.toDateString() ? texts.yesterday : formatDay(day.toISOString());
}
