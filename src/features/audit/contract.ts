import * as z from 'zod';
import { type Action, actions, type Kind, kinds } from '#features/audit-log/actions.ts';
import { endpointsOf, id, instant } from '#wire/contract.ts';
import { texts } from './texts.ts';

const endpoint = endpointsOf('Audit');

const ENTRIES_PER_PAGE = 50;
/** Entries in one file. */
export const MAX_EXPORTED = 100_000;
/** Maximum number of people in a list. */
export const MAX_PEOPLE = 1000;

const named = z.object({ id, name: z.string() });

const auditEntry = z
  .object({
    /** Increases over time, not necessarily by one. */
    id: z.int(),
    at: instant,
    /** The actor; the id is null if no person acted, such as for a timeout. */
    who: z.object({ id: id.nullable(), name: z.string() }),
    /** A run acted on the actor's behalf. */
    byRun: z.boolean(),
    /** One of the actions; a newer version may have others. */
    action: z.string(),
    /** The subject of the action. */
    subject: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string() }).nullable(),
    /** Names as of the action; the project may be gone. */
    project: named.nullable(),
    run: named.nullable(),
    detail: z.record(z.string(), z.unknown()).nullable(),
    /** Where the HTTP request came from. */
    address: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof auditEntry>;

/** A date in UTC. */
const day = z.iso.date().refine((text) => text >= '2000-01-01' && text <= '2999-12-31', { error: () => texts.day });

const selection = {
  organization: id.optional(),
  /** An action, or the prefix of several: `approval`. */
  action: z.enum([...kinds, ...actions] as [Kind | Action, ...(Kind | Action)[]]).optional(),
  user: id.optional(),
  project: id.optional(),
  run: id.optional(),
  /** Both inclusive. */
  from: day.optional(),
  to: day.optional(),
};

export const listAudit = endpoint({
  name: 'listAudit',
  method: 'GET',
  path: '/api/audit',
  summary: 'List who did what, when and from where, newest first. `before`: the id of an entry. Days are in UTC.',
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
  summary: 'List the people who appear in the audit log, including former members, by name.',
  query: z.object({ organization: id.optional() }),
  replies: { 200: z.object({ people: z.array(named) }) },
});

export const exportAudit = endpoint({
  name: 'exportAudit',
  method: 'GET',
  path: '/api/audit/export',
  priority: 'bulk',
  summary: `Export matching audit log entries as a CSV file, up to ${MAX_EXPORTED.toLocaleString('en')}.`,
  query: z.object(selection),
  replies: { 200: 'bytes' },
  replyTypes: ['text/csv'],
});
