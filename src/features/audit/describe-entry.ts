import { z } from 'zod';
import { phraseOf } from '#features/audit-log/actions.ts';
import type { AuditEntry } from './contract.ts';
import { texts } from './texts.ts';

const startedBy = z.object({ origin: z.object({ kind: z.enum(['schedule', 'trigger']), name: z.string() }) });

/** The actor at the start of the sentence; a run started by a schedule or trigger names no person as its starter. */
export function describeAuthor({ who, byRun, action, detail }: Pick<AuditEntry, 'who' | 'byRun' | 'action' | 'detail'>): string {
  if (byRun) return texts.run(who.name);
  const { data } = startedBy.safeParse(action === 'run.start' ? detail : null);
  return data ? texts.startedBy(data.origin.kind, data.origin.name, who.name) : who.name;
}

/** The subject; a run may be omitted. */
export const subjectOf = ({ subject, run }: Pick<AuditEntry, 'subject' | 'run'>): string =>
  subject?.name ?? run?.name ?? texts.unknownSubject;

/** `Ada approved edit_file notes.md`. The place is shown separately. */
export function describeEntry(entry: AuditEntry): string {
  const [before, after] = phraseOf(entry.action);
  return `${describeAuthor(entry)} ${before}${after === undefined ? '' : `${subjectOf(entry)}${after}`}`;
}
