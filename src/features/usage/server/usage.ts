/**
 * Usage: what runs have spent, by day, project, person and model. Written in the same transaction as the events that spend it (see
 * queries.ts).
 */

import type { OrganizationAuth } from '#features/accounts/server/access.ts';
import type { Actor, AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { Policies } from '#features/policies/server/policies.ts';
import { MAX_DAYS, MAX_ROWS, type Usage, type UsageAmounts, type UsageBy, type UsageDay } from '#features/usage/contract.ts';
import type { Clock } from '#kernel/clock.ts';
import { toCsv } from '#kernel/csv.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { forbidden, HttpProblem, invalid } from '#kernel/errors.ts';
import { atLeast } from '#wire/role.ts';
import * as sql from './queries.ts';
import { texts } from './texts.ts';
import { readToday, type UsedToday } from './today.ts';

interface Selection {
  from?: string | undefined;
  to?: string | undefined;
  project?: string | undefined;
  user?: string | undefined;
}

const DEFAULT_DAYS = 30;
const MAX_LINES = 50_000;
const DAY_MS = 86_400_000;

interface Options {
  db: Database;
  auditLog: AuditLog;
  clock: Clock;
  policies: Policies;
}

export type UsageReports = ReturnType<typeof createUsage>;

export function createUsage({ db, auditLog, clock, policies }: Options) {
  return {
    /** @throws as `readUsage` */
    read: (asking: OrganizationAuth, by: UsageBy, selection: Selection): Promise<Usage> =>
      readUsage(db, asking, by, selection, clock.now()),

    /** @returns a CSV file and its name @throws as `readUsage`, and 422 `too_many_lines` */
    async export(actor: Actor, asking: OrganizationAuth, selection: Selection): Promise<{ name: string; csv: string }> {
      const file = await exportUsage(db, asking, selection, clock.now());
      await auditLog.record(db, { organizationId: asking.organizationId, actor, action: 'export.usage', detail: { file: file.name } });
      return file;
    },

    today: (asking: OrganizationAuth): Promise<UsedToday> => readToday({ db, policies }, asking),
  };
}

type Limited = sql.Chosen & { limit: number };

const rowsBy = {
  project: async (db: Queryable, values: Limited) =>
    (await sql.selectByProject(db, values)).map((row) => ({ ...row, label: row.label ?? texts.deleted.project })),
  user: async (db: Queryable, values: Limited) =>
    (await sql.selectByUser(db, values)).map((row) => ({ ...row, label: personLabel(row.label, row.former) })),
  model: sql.selectByModel,
};

/** People who have left the organization are still named while their account exists. */
function personLabel(name: string | null, former: boolean): string {
  if (name === null) return texts.deleted.user;
  return former ? texts.formerMember(name) : name;
}

/**
 * @param now milliseconds since 1970, by the clock that usage is recorded with @throws 422 for an invalid or too long period; 403 for
 * another person's usage if the role may see only its own
 */
async function readUsage(db: Queryable, asking: OrganizationAuth, by: UsageBy, selection: Selection, now: number): Promise<Usage> {
  const { chosen, scope, from, to } = choose(asking, selection, now);
  const [dayRows, rows] = await Promise.all([
    sql.selectDays(db, chosen),
    by === 'day' ? [] : rowsBy[by](db, { ...chosen, limit: MAX_ROWS + 1 }),
  ]);
  const used = new Map(dayRows.map((row) => [row.day, amountsOf(row)]));
  const days = daysBetween(from, to).map((day): UsageDay => ({ day, ...(used.get(day) ?? nothing) }));
  return {
    scope,
    from,
    to,
    total: [...used.values()].reduce(add, nothing),
    days,
    rows: rows.slice(0, MAX_ROWS).map((row) => ({ key: row.key, label: row.label, ...amountsOf(row) })),
    more: rows.length > MAX_ROWS,
  };
}

async function exportUsage(
  db: Queryable,
  asking: OrganizationAuth,
  selection: Selection,
  now: number,
): Promise<{ name: string; csv: string }> {
  const { chosen, from, to } = choose(asking, selection, now);
  const lines = await sql.selectLines(db, { ...chosen, limit: MAX_LINES + 1 });
  if (lines.length > MAX_LINES) throw new HttpProblem(422, 'too_many_lines', texts.problems.tooManyLines(MAX_LINES));
  const head = ['day', 'project', 'person', 'model', 'steps', 'input_tokens', 'output_tokens', 'cost_usd', 'unpriced'];
  const body = lines.map((line) => [
    line.day,
    line.project ?? texts.deleted.project,
    personLabel(line.person, line.former),
    line.model,
    line.steps,
    line.input_tokens,
    line.output_tokens,
    line.cost,
    line.unpriced ? 'yes' : 'no',
  ]);
  return { name: `usage-${from}-to-${to}.csv`, csv: toCsv([head, ...body]) };
}

function choose({ identity, organizationId, role }: OrganizationAuth, selection: Selection, now: number) {
  const all = atLeast(role, 'admin');
  const { user = all ? undefined : identity.id, project } = selection;
  if (!all && user !== identity.id) throw forbidden(texts.problems.ownOnly(role), 'role_too_small', organizationId);
  const { from, to } = periodOf(selection, now);
  const chosen: sql.Chosen = { viewerId: identity.id, organizationId, from, to, projectId: project ?? null, userId: user ?? null };
  return { chosen, from, to, scope: all ? ('organization' as const) : ('own' as const) };
}

function periodOf({ from, to }: Selection, now: number): { from: string; to: string } {
  const today = dayAt(now);
  const last = to ?? (from !== undefined && from > today ? from : today);
  const first = from ?? dayAt(Date.parse(last) - (DEFAULT_DAYS - 1) * DAY_MS);
  const length = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
  if (length < 1) throw invalid([{ path: 'to', message: texts.problems.before }]);
  if (length > MAX_DAYS) throw invalid([{ path: 'from', message: texts.problems.tooLong(MAX_DAYS, length) }]);
  return { from: first, to: last };
}

const dayAt = (instant: number) => new Date(instant).toISOString().slice(0, 10);

function daysBetween(from: string, to: string): string[] {
  const [first, last] = [Date.parse(from), Date.parse(to)];
  return Array.from({ length: (last - first) / DAY_MS + 1 }, (_, index) => dayAt(first + index * DAY_MS));
}

const nothing: UsageAmounts = { steps: 0, inputTokens: 0, outputTokens: 0, cost: null, unpriced: false };

const amountsOf = ({ steps, input_tokens, output_tokens, cost, unpriced }: sql.AmountsRow): UsageAmounts => ({
  steps,
  inputTokens: input_tokens,
  outputTokens: output_tokens,
  cost,
  unpriced,
});

const add = (a: UsageAmounts, b: UsageAmounts): UsageAmounts => ({
  steps: a.steps + b.steps,
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cost: a.cost === null ? b.cost : a.cost + (b.cost ?? 0),
  unpriced: a.unpriced || b.unpriced,
});
