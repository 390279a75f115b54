/** What people and their runs did, and what they were notified of. */
import type { Action } from '#features/audit-log/actions.ts';
import type { Table } from './copy.ts';
import { nameOf } from './people.ts';
import { idOf, type Plan, pick, timestamp } from './plan.ts';

/** Notifications in the page, of each run that has ended. */
const NOTIFIED = 2;
const actions: readonly Action[] = [
  'session.begin',
  'run.change',
  'run.start',
  'approval.approve',
  'run.act',
  'session.end',
  'run.change',
  'policy.change',
];

export function auditTables(plan: Plan): Table[] {
  return [
    {
      name: 'audit_entries',
      columns: 'at organization_id project_id project_name user_id user_name run_id by_run action subject address'.split(' '),
      *rows() {
        for (let n = 0; n < plan.auditEntries; n++) yield auditRow(plan, n);
      },
    },
    {
      name: 'notifications',
      columns: 'user_id organization_id role kind channel about status created_at ended_at'.split(' '),
      *rows() {
        for (let n = 0; n < (plan.runs - plan.pending) * NOTIFIED; n++) yield notificationRow(plan, Math.floor(n / NOTIFIED));
      },
    },
  ];
}

/** A tenth in the first organization. */
function auditRow(plan: Plan, n: number) {
  const action = actions[pick(n, 2, actions.length)] ?? 'run.change';
  const isOfRun = action.startsWith('run.');
  const run = pick(n, 3, plan.runs);
  const person = isOfRun ? plan.projectOfRun(run) : pick(n, 1, n % 10 === 0 ? plan.first : plan.people);
  const subject = { kind: isOfRun ? 'run' : 'account', id: isOfRun ? idOf('run', run) : idOf('user', person), name: `Number ${run}` };
  return [
    timestamp(plan.timeOf(n, plan.auditEntries)),
    idOf('organization', plan.organizationOf(person)),
    isOfRun ? idOf('project', person) : null,
    isOfRun ? `Project ${person}` : null,
    idOf('user', person),
    nameOf(person),
    isOfRun ? idOf('run', run) : null,
    action === 'run.change' || action === 'run.act',
    action,
    subject,
    `192.0.2.${n % 250}`,
  ];
}

function notificationRow(plan: Plan, run: number) {
  const project = plan.projectOfRun(run);
  const organization = plan.organizationOf(project);
  const about = {
    status: 'done',
    runId: idOf('run', run),
    run: `Run ${run}`,
    origin: 'person',
    originName: null,
    cost: null,
    projectId: idOf('project', project),
    project: `Project ${project}`,
    organization: `Organization ${organization}`,
  };
  const at = timestamp(plan.timeOfRun(run));
  return [idOf('user', project), idOf('organization', organization), 'viewer', 'run_ended', 'page', about, 'delivered', at, at];
}
