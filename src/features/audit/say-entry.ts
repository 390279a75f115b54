import { phraseOf } from './actions.ts';
import type { AuditEntry } from './contract.ts';

/** Who did it, as the sentence begins. */
export const sayWho = ({ who, byRun }: Pick<AuditEntry, 'who' | 'byRun'>): string => (byRun ? `A run for ${who.name}` : who.name);

/** `Ada approved edit_file notes.md`. Where is told apart. */
export function sayEntry(entry: AuditEntry): string {
  const [before, after] = phraseOf(entry.action);
  return `${sayWho(entry)} ${before}${after === undefined ? '' : `${entry.subject?.name ?? 'something'}${after}`}`;
}
