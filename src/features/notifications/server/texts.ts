/** What notifications say. Names that people and models chose are filled in as one line each; see `message.ts`. */
import type { Message } from '#features/mail/server/mail.ts';
import type { Payloads } from '#features/outbox/events.ts';

type ApprovalKind = Payloads['approval_asked']['approvalKind'];
type Origin = Payloads['start_failed']['origin'];

/** Where something happened. */
interface Place {
  project: string;
  organization: string;
}
interface Request {
  run: string;
  project: string;
  /** A tool, and whose: from `call`. */
  call: string;
  /** The first of the files it changes. */
  path: string | undefined;
  pathCount: number;
}
/** What started a run; undefined for a person. */
export type Starter = { origin: Origin; name: string | undefined } | undefined;

const plural = (count: number, one: string, many: string) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
const by = (starter: Starter) => (starter ? ` by the ${starter.origin} “${starter.name ?? 'that is gone'}”` : '');
/** In UTC, since the reader's time zone is unknown. */
const formatTime = (instant: string) => `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

export const texts = {
  approval: {
    call: (tool: string, server: string | undefined) => (server === undefined ? tool : `${tool} of ${server}`),
    subject: {
      budget: ({ run, project }) => `Approve more budget for “${run}” in ${project}`,
      repeated_call: ({ call, project }) => `Go on with ${call}, which repeats itself, in ${project}`,
      unknown_outcome: ({ call, project }) => `Say what became of ${call} in ${project}`,
      tool_call: ({ call, path, pathCount, project }) => {
        if (path === undefined) return `Approve ${call} in ${project}`;
        const others = pathCount > 1 ? ` and ${plural(pathCount - 1, 'other file', 'other files')}` : '';
        return `Approve ${call} on ${path}${others} in ${project}`;
      },
    } satisfies Record<ApprovalKind, (request: Request) => string>,
    emailSubject: {
      tool_call: 'Guildhall: an agent needs your approval',
      budget: 'Guildhall: a run needs more budget',
      repeated_call: 'Guildhall: an agent repeats itself and asks you',
      unknown_outcome: 'Guildhall: an agent asks you what became of a call',
    } satisfies Record<ApprovalKind, string>,
    waits: (run: string, { project, organization }: Place) => `The run “${run}” in ${project} (${organization}) waits for an answer.`,
    worksFor: (person: string, starter: Starter) => `It works for ${person}${by(starter)}.`,
    changes: 'It would change:',
    others: (count: number) => `- and ${plural(count, 'other', 'others')}`,
    expires: (at: string) => `Without an answer it is rejected at ${formatTime(at)}.`,
    action: 'Look at it and decide',
  },
  done: {
    subject: (run: string, project: string) => `Done: “${run}” in ${project}`,
    emailSubject: 'Guildhall: your run has finished',
    line: (run: string, { project, organization }: Place) => `Your run “${run}” in ${project} (${organization}) is done.`,
    action: 'See what it did',
  },
  failed: {
    subject: (run: string, project: string) => `Failed: “${run}” in ${project}`,
    emailSubject: 'Guildhall: your run has failed',
    line: (run: string, { project, organization }: Place) => `Your run “${run}” in ${project} (${organization}) has failed.`,
    action: 'See what went wrong',
  },
  started: (starter: Starter) => `It was started${by(starter)}.`,
  cost: (dollars: number) => `It cost US$ ${dollars.toFixed(dollars < 0.1 ? 4 : 2)}.`,
  notStarted: {
    subject: (name: string, project: string) => `Not started: “${name}” in ${project}`,
    emailSubject: (origin: Origin) => `Guildhall: your ${origin} could not start its run`,
    line: (origin: Origin, name: string, { project, organization }: Place) =>
      `Your ${origin} “${name}” in ${project} (${organization}) could not start its run.`,
    action: (origin: Origin) => `Look at the ${origin}`,
  },
  switchedOff: {
    subject: (organization: string) => `Autonomy is switched off in ${organization}`,
    emailSubject: 'Guildhall: autonomous work was switched off',
    line: (person: string | undefined, organization: string) => `${person ?? 'Somebody'} has switched autonomy off in ${organization}.`,
    about: 'Autonomous, scheduled and triggered runs are stopped or held until an admin switches it on again.',
    action: 'Look at it',
  },
  toolsChanged: {
    subject: (count: number) =>
      count === 1 ? 'A tool of a tool server has changed' : `${plural(count, 'tool', 'tools')} of a tool server have changed`,
    emailSubject: 'Guildhall: a tool that agents use has changed',
    /** @param first of several tools */
    line: (count: number, first: string | undefined, server: string, organization: string) => {
      const what = count === 1 && first !== undefined ? `The tool “${first}”` : plural(count, 'tool', 'tools');
      return `${what} of “${server}” (${organization}) ${count === 1 ? 'is' : 'are'} not what an admin turned on.`;
    },
    about: 'Agents are not offered it until an admin has looked at what has changed; runs that need it wait for that.',
    tool: (name: string) => `${name}:`,
    now: (line: string) => `now: ${line}`,
    was: (line: string) => `was: ${line}`,
    otherLines: (count: number) => `and ${plural(count, 'other line', 'other lines')}`,
    action: 'See what has changed',
  },
  test: (): Message => ({
    subject: 'A test from Guildhall',
    emailSubject: 'A test from Guildhall',
    lines: ['This is how Guildhall reaches you. Nothing needs to be done.'],
    path: '/account#notifications',
    action: 'Choose what you are told',
  }),
  lastToday: 'This is the last email to you today, since so many have been sent. Look in Guildhall for the rest.',
  /** In the audit log, after “changed” and “made a new secret for”. */
  subjects: { settings: 'their notification settings', webhook: 'their notification webhook' },
  /** Why one was not delivered. */
  failures: {
    decided: 'It was decided, or not needed any more, before this could be sent.',
    notYours: 'It was no longer yours to know.',
    notWanted: 'You no longer wanted to be told this way.',
    mailLogin: 'The mail server does not accept the name or password in SMTP_URL. Tell whoever runs this Guildhall.',
    mailRefused: (response: string) => `The mail server refused it: ${response}`,
    mailTimeout: 'The mail server did not answer in time.',
    mailTls: 'The mail server offers no safe connection (TLS). Tell whoever runs this Guildhall.',
    mailUnreachable: (code: string) => `The mail server could not be reached (${code}). Tell whoever runs this Guildhall.`,
    webhookTimeout: (seconds: number) => `It did not respond within ${seconds} s.`,
    webhookRefused: 'Connection refused. Is the server running on this port?',
    webhookConnection: (code: string | undefined) => `The connection to it failed${code ? ` (${code})` : ''}.`,
    webhookRedirects: (status: number) => `It redirects (HTTP ${status}), which is not followed. Enter the address where it leads.`,
    webhookStatus: (status: number) => `It answered HTTP ${status}.`,
    secretUnreadable: 'The secret of your webhook cannot be read any more. Make a new one.',
  },
  problems: {
    noEncryptionKey: 'Secrets cannot be kept here: whoever runs this Guildhall has to set ENCRYPTION_KEY first.',
    noMail: 'Email is not set up here: whoever runs this Guildhall has to set SMTP_URL, MAIL_FROM and PUBLIC_URL.',
    heldAfterRestore: 'Nothing is sent after a restore until an operator confirms it, under Monitor → Backups.',
    noWebhook: 'Your webhook has no address or no secret yet. Save an address and make a secret first.',
  },
};
