import * as z from 'zod';
import { type Action, actions, type Kind, kinds } from '#features/audit-log/actions.ts';
import { endpointsOf, id, instant } from '#wire/contract.ts';

const endpoint = endpointsOf('Audit');

const ENTRIES_PER_PAGE = 50;
/** In one file. */
export const MAX_EXPORTED = 100_000;
/** People that a list tells at most. */
export const MAX_PEOPLE = 1000;

const named = z.object({ id, name: z.string() });

const auditEntry = z
  .object({
    /** Rises with time, though not by one. */
    id: z.int(),
    at: instant,
    /** Who did it; the id is null where it was nobody, such as a time that was up. */
    who: z.object({ id: id.nullable(), name: z.string() }),
    /** A run did it, on behalf of who. */
    byRun: z.boolean(),
    /** One of the actions; a newer version may have others. */
    action: z.string(),
    /** What it was done to. */
    subject: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string() }).nullable(),
    /** As they were called then; they may be gone. */
    project: named.nullable(),
    run: named.nullable(),
    detail: z.record(z.string(), z.unknown()).nullable(),
    /** From where it was asked for over HTTP. */
    address: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof auditEntry>;

/** A day in UTC. */
const day = z.iso.date().refine((text) => text >= '2000-01-01' && text <= '2999-12-31', 'Choose a day of this millennium.');

const selection = {
  organization: id.optional(),
  /** An action, or the first part of several: `approval`. */
  action: z.enum([...(Object.keys(kinds) as [Kind, ...Kind[]]), ...actions] as [Kind | Action, ...(Kind | Action)[]]).optional(),
  user: id.optional(),
  project: id.optional(),
  run: id.optional(),
  /** Both included. */
  from: day.optional(),
  to: day.optional(),
};

export const listAudit = endpoint({
  name: 'listAudit',
  method: 'GET',
  path: '/api/audit',
  summary: 'Who did what, when and from where, the newest first; `before`: an entry. Days are in UTC.',
  query: z.object({
    ...selection,
    before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(ENTRIES_PER_PAGE),
  }),
  replies: { 200: z.object({ entries: z.array(auditEntry), more: z.boolean() }) },
});

export const listAuditPeople = endpoint({
  name: 'listAuditPeople',
  method: 'GET',
  path: '/api/audit/people',
  summary: 'The people of whom the log tells, former members included, by name.',
  query: z.object({ organization: id.optional() }),
  replies: { 200: z.object({ people: z.array(named) }) },
});

export const exportAudit = endpoint({
  name: 'exportAudit',
  method: 'GET',
  path: '/api/audit/export',
  summary: `The same as a CSV file, up to ${MAX_EXPORTED.toLocaleString('en')} entries.`,
  query: z.object(selection),
  replies: { 200: 'bytes' },
  replyTypes: ['text/csv'],
});
