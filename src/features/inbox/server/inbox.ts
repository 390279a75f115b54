/** Inbox: what waits for a person across their organizations, as a list, counts and a stream; and the overview of one organization. */
import type { OrganizationAuth, OrganizationsAuth } from '#features/accounts/server/access.ts';
import type { Files } from '#features/files/server/files.ts';
import type { ApprovalCounts, listApprovals } from '#features/inbox/contract.ts';
import type { Instructions } from '#features/instructions/server/instructions.ts';
import type { Policies } from '#features/policies/server/policies.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import type { Approval } from '#features/runs/approvals-contract.ts';
import type { Runs } from '#features/runs/server/runs.ts';
import type { Schedules } from '#features/schedules/server/schedules.ts';
import type { UsageReports } from '#features/usage/server/usage.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import type { Log } from '#kernel/log.ts';
import type { Outgoing } from '#kernel/outgoing.ts';
import type { QueryOf } from '#wire/contract.ts';
import type { Overview } from '../overview-contract.ts';
import { countFor } from './counts.ts';
import { readOverview } from './overview.ts';
import { createInboxStream } from './stream.ts';
import { createVisibility } from './visibility.ts';

export type Inbox = ReturnType<typeof createInbox>;

interface Options {
  db: Database;
  eventBus: EventBus;
  log: Log;
  policies: Policies;
  instructions: Instructions;
  runs: Runs;
  projects: Projects;
  files: Files;
  usage: UsageReports;
  schedules: Schedules;
  outgoing: Pick<Outgoing, 'hold' | 'onChange'>;
}

export function createInbox(options: Options) {
  const { runs, instructions } = options;
  const visibleTo = createVisibility(options.projects);
  const { follow } = createInboxStream(options);

  return {
    overview: (auth: OrganizationAuth): Promise<Overview> => readOverview(options, auth),

    /** The list covers the requested organizations; the counts cover everything that waits in them, whatever the filter. */
    async list(
      { identity, organizationIds }: OrganizationsAuth,
      { project, run, mine, ...query }: QueryOf<typeof listApprovals>,
    ): Promise<{ approvals: Approval[]; more: boolean; counts: ApprovalCounts }> {
      const startedBy = mine === 'true' ? identity.id : undefined;
      const [found, waiting, changed] = await Promise.all([
        runs.approvals.list(identity.id, organizationIds, { ...query, projectId: project, runId: run, startedBy }),
        runs.approvals.countPending(identity.id, organizationIds),
        instructions.countWaiting(organizationIds),
      ]);
      return { ...found, counts: countFor(identity.id, await visibleTo(identity, waiting), await visibleTo(identity, changed)) };
    },

    follow,
  };
}
