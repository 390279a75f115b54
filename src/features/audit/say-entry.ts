import { phraseOf } from './actions.ts';
import type { AuditEntry } from './contract.ts';

/** Who did it, as the sentence begins. */
export const sayWho = ({ who, byRun }: Pick<AuditEntry, 'who' | 'byRun'>): string => (byRun ? `A run for ${who.name}` : who.name);

/** What it was done to: a run may go without saying. */
export const subjectOf = ({ subject, run }: Pick<AuditEntry, 'subject' | 'run'>): string => subject?.name ?? run?.name ?? 'something';

/** `Ada approved edit_file notes.md`. Where is told apart. */
export function sayEntry(entry: AuditEntry): string {
  const [before, after] = phraseOf(entry.action);
  return `${sayWho(entry)} ${before}${after === undefined ? '' : `${subjectOf(entry)}${after}`}`;
}
