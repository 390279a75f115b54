/** An organization's autonomous work today: what is running, what is paused, what waits for people, and usage against the budgets. */
import type { OrganizationAuth } from '#features/accounts/server/access.ts';
import type { Policies } from '#features/policies/server/policies.ts';
import type { Schedules } from '#features/schedules/server/schedules.ts';
import type { UsageReports } from '#features/usage/server/usage.ts';
import type { Database } from '#kernel/database/pool.ts';
import { texts as wire } from '#wire/texts.ts';
import { MAX_TOLD, type Overview, type OverviewRun } from '../overview-contract.ts';
import * as sql from './queries.ts';

interface Options {
  db: Database;
  policies: Policies;
  schedules: Schedules;
  usage: UsageReports;
}

export async function readOverview({ db, policies, schedules, usage }: Options, auth: OrganizationAuth): Promise<Overview> {
  const { organizationId, identity } = auth;
  const from = { viewerId: identity.id, organizationId };
  const [current, runs, [counts], usedToday, next] = await Promise.all([
    policies.readSwitch(organizationId),
    sql.selectRunsAtWork(db, { ...from, limit: MAX_TOLD }),
    sql.countToday(db, from),
    usage.today(auth),
    schedules.nextStarts(identity.id, organizationId),
  ]);
  const { pending = 0, ...startedToday } = counts ?? { person: 0, schedule: 0, trigger: 0 };
  return {
    switch: current,
    working: someRuns(runs.filter(({ held }) => !held)),
    held: someRuns(runs.filter(({ held }) => held)),
    pendingApprovals: pending,
    startedToday,
    usedToday,
    next,
  };
}

const someRuns = (rows: readonly sql.OverviewRunRow[]) => ({ runs: rows.map(describeRun), count: rows[0]?.count ?? 0 });

const describeRun = (row: sql.OverviewRunRow): OverviewRun => ({
  id: row.id,
  title: row.title,
  projectId: row.project_id,
  projectName: row.project_name,
  level: row.level,
  startedBy: { id: row.user_id, name: row.user_name ?? wire.formerMember },
  origin: { kind: row.origin, id: row.origin_id, name: row.origin_name },
  changedAt: row.changed_at,
});
