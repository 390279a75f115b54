import type { ReactNode } from 'react';
import type { ActingRole } from '#features/policies/policy.ts';
import type { Approval, ApprovalKind } from '#features/runs/approvals-contract.ts';
import { sentence } from '#ui/format/sentence.ts';

type Origin = Approval['run']['origin']['kind'];

const kinds: Readonly<Record<ApprovalKind, string>> = {
  tool_call: 'Something to approve',
  budget: 'A budget used up',
  repeated_call: 'The same again and again',
  unknown_outcome: 'An outcome nobody knows',
};

const statuses: Readonly<Record<Approval['status'], string>> = {
  pending: 'Waiting',
  approved: 'Approved',
  rejected: 'Rejected',
  expired: 'Expired',
  withdrawn: 'Withdrawn',
};

const origins: Readonly<Record<Exclude<Origin, 'person'>, string>> = { schedule: 'schedule', trigger: 'trigger' };

const roles: Readonly<Record<ActingRole, string>> = { member: 'member', admin: 'admin', owner: 'owner' };

/** What the inbox says. */
export const texts = {
  kinds,
  statuses,
  requests: 'Requests',
  detail: 'What is asked',
  back: 'Back to the list',
  list: {
    label: 'What agents ask',
    loading: 'Loading what agents ask',
    more: 'Show older ones',
    instructions: (file: string) => `${file} has changed`,
    by: (name: string) => `by ${name}`,
    byAgent: (name: string) => `by an agent for ${name}`,
    toAccept: 'to accept',
    for: (name: string) => `for ${name}`,
  },
  filters: {
    which: 'Which',
    statuses: { pending: 'Waiting', decided: 'Decided' },
    whose: 'Whose',
    owners: { all: 'All', mine: 'Mine' },
    kind: 'Kind',
    allKinds: 'All kinds',
  },
  empty: {
    filtered: 'Nothing like this',
    filteredPending: 'Nothing that waits fits these filters.',
    filteredDecided: 'Nothing that was decided fits these filters.',
    showAll: 'Show all',
    decided: 'Nothing was decided yet',
    decidedAbout: 'What was approved or rejected stays here to be read, with who decided and when.',
    pending: 'Nothing waits for you',
    pendingAbout: 'When an agent may not do something by itself, it asks here, and waits for as long as it takes.',
    permissions: 'See what agents ask for',
  },
  keys: {
    title: 'Keys',
    enter: 'Enter',
    /** For screen readers, before what the key does. */
    name: (key: string) => `${key}: `,
    next: 'or ↓: the next one',
    previous: 'or ↑: the one before',
    read: 'read it',
    approve: 'approve',
    approveAll: 'approve all like this',
    reject: 'reject, with a note',
    on: 'Single keys act here',
    /** Beside a command of the palette. */
    hint: (key: string) => `Key ${key}`,
  },
  /** Of a command without a key. */
  commandPlace: 'Inbox',
  /** Of a command that asks for more. */
  opens: (label: string) => `${label}…`,
  approval: {
    loading: 'Loading what is asked',
    changes: 'What it would change',
    again: (title: string) => `This run asks again: ${title}`,
    asks: 'Asks',
    run: 'Run',
    runIn: (run: ReactNode, project: ReactNode) => sentence`${run} in ${project}`,
    tool: 'Tool',
    ofServer: (server: string) => `of the tool server ${server}`,
    level: 'Level',
    asked: 'Asked',
    expires: (at: ReactNode) => sentence`· is rejected by itself ${at}`,
    input: 'What the tool is given',
    stale: 'Edited since this was asked. If you approve it, the agent asks again with its change on top of what stands there by then.',
    edited: (file: ReactNode, name: string | undefined, at: ReactNode) => sentence`${file} by ${name ?? 'somebody'} ${at}`,
    editedByAgent: (file: ReactNode, name: string, at: ReactNode) => sentence`${file} by an agent for ${name} ${at}`,
    toRun: 'See what became of it in the run',
  },
  title: {
    budget: 'The budget is used up',
    call: (tool: string, subject: string) => `${tool}${subject ? ` ${subject}` : ''}`,
  },
  owner: (name: string, origin: Origin, originName: string | null) =>
    `An agent for ${name}${origin === 'person' ? '' : `, started by the ${origins[origin]}${originName ? ` ${originName}` : ''}`}`,
  outcome: {
    pending: 'It waits for a decision.',
    answered: (name = 'Somebody') => `${name} answered this`,
    approved: (name = 'Somebody', all = false) => `${name} approved this${all ? ', and all calls like it in this run' : ''}`,
    rejected: (name = 'Somebody') => `${name} rejected this`,
    expired: 'Nobody answered in time, so it was rejected',
    withdrawn: 'It was not decided: the run was stopped, went on otherwise, or asked again',
  },
  resolution: {
    roles: (role: ActingRole) => `Only people with the role ${roles[role]} or higher can answer this. Ask one of them.`,
    answered: 'Answered',
    given: (label: string, title: string) => `${label}: ${title}`,
  },
} as const;
