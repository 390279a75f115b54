import type { AuditEntry } from '#features/audit/contract.ts';
import { describeEntry } from '#features/audit/describe-entry.ts';
import { type Cell, toCsvLines } from '#kernel/csv.ts';

const columns: Record<string, (entry: AuditEntry) => Cell> = {
  id: (entry) => entry.id,
  time: (entry) => entry.at,
  person: (entry) => entry.who.name,
  person_id: (entry) => entry.who.id,
  by_run: (entry) => (entry.byRun ? 'yes' : 'no'),
  action: (entry) => entry.action,
  sentence: describeEntry,
  subject_kind: (entry) => entry.subject?.kind ?? null,
  subject: (entry) => entry.subject?.name ?? null,
  subject_id: (entry) => entry.subject?.id ?? null,
  project: (entry) => entry.project?.name ?? null,
  project_id: (entry) => entry.project?.id ?? null,
  run: (entry) => entry.run?.name ?? null,
  run_id: (entry) => entry.run?.id ?? null,
  address: (entry) => entry.address,
  detail: (entry) => entry.detail && JSON.stringify(entry.detail),
};

export const head = Object.keys(columns);

export const toLines = (entries: readonly AuditEntry[]): string =>
  toCsvLines(entries.map((entry) => Object.values(columns).map((cellOf) => cellOf(entry))));
