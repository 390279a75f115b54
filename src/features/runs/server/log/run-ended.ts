/** A run that is done or has failed, as an event for its person; part of each statement that ends runs. */
import { insertEvent } from '#features/outbox/server/outbox.ts';

/** Columns that `runEnded` needs of the table `runs`, as it is after the update. */
export const endedColumns = (r: string): string =>
  `${r}.id, ${r}.last_event, ${r}.project_id, ${r}.user_id, ${r}.title, ${r}.status, ${r}.origin, ${r}.origin_name, ${r}.cost as total_cost,
       ${r}.goal is not null as has_goal`;

/** @param ended a query of runs that have just ended, with `endedColumns` */
export const runEnded = (ended: string): string =>
  insertEvent('run_ended', {
    from: `(${ended}) e join projects p on p.id = e.project_id join organizations o on o.id = p.organization_id`,
    subject: 'e.id',
    // The newest event of its log: a run that continues may end again.
    occurrence: 'e.last_event',
    organizationId: 'o.id',
    senderId: 'e.user_id',
    payload: {
      status: 'e.status',
      runId: 'e.id',
      run: 'e.title',
      origin: 'e.origin',
      originName: 'e.origin_name',
      cost: 'e.total_cost',
      projectId: 'p.id',
      project: 'p.name',
      organization: 'o.name',
    },
    context: { hasGoal: 'e.has_goal' },
  });
