/**
 * The text of a notification, from what was recorded with the event. Names come from people and models: each is reduced to one line, so
 * that it cannot imitate one of our lines or headers. File content is never included, only paths: email passes through servers we do not
 * control, and stays in mailboxes after access is revoked.
 */

import type { Message } from '#features/mail/server/mail.ts';
import type { Kind } from '#features/notifications/contract.ts';
import type { Payloads } from '#features/outbox/events.ts';
import { markHidden, markPath } from '#wire/hidden-characters.ts';

export type Abouts = Payloads;
type RunPayload = Abouts['approval_asked'] | Abouts['run_ended'];

/** A kind and its context. */
export type NotificationEvent = { [K in Kind]: { kind: K; about: Abouts[K] } }[Kind];
const MAX_NAME = 120;

/** Removes line breaks and control characters; marks invisible characters and those that change the direction of the text after them. */
export function oneLine(text: string, max = MAX_NAME): string {
  const line = markHidden(
    text
      .toWellFormed()
      .replace(/(?:(?!\ufeff)[\s\p{Cc}\p{Zl}\p{Zp}])+/gu, ' ')
      .replace(/^ | $/g, ''),
  );
  return line.length > max ? `${line.slice(0, max - 1).toWellFormed()}…` : line;
}

const quoted = (text: string) => `“${oneLine(text)}”`;
const plural = (count: number, one: string, many: string) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

export function composeMessage({ kind, about: payload }: NotificationEvent): Message {
  if (kind === 'approval_asked') return describeApproval(payload);
  if (kind === 'run_ended') return describeEnd(payload);
  if (kind === 'start_failed') return describeFailedStart(payload);
  if (kind === 'autonomy_off') return describeSwitch(payload);
  return describeTools(payload);
}

const runPath = ({ projectId, runId }: RunPayload) => `/projects/${projectId}?run=${runId}`;

function describeApproval(payload: Abouts['approval_asked']): Message {
  const { approvalId, reason, paths, pathCount, startedBy, expiresAt } = payload;
  const who = oneLine(startedBy ?? 'a former member');
  const shown = paths.map((path) => `- ${oneLine(markPath(path), 300)}`);
  if (pathCount > paths.length) shown.push(`- and ${plural(pathCount - paths.length, 'other', 'others')}`);
  const lines = [
    `The run ${quoted(payload.run)} in ${oneLine(payload.project)} (${oneLine(payload.organization)}) waits for an answer.`,
    `It works for ${who}${describeOrigin(payload)}.`,
    oneLine(reason, 1000),
    ...(shown.length > 0 ? ['It would change:', ...shown] : []),
    ...(expiresAt ? [`Without an answer it is rejected at ${formatTime(expiresAt)}.`] : []),
  ];
  return {
    subject: `${describeRequest(payload)} in ${oneLine(payload.project)}`,
    emailSubject: askedByEmail[payload.approvalKind],
    lines: lines.filter((line) => line !== ''),
    path: `/inbox?approval=${approvalId}`,
    action: 'Look at it and decide',
  };
}

const askedByEmail = {
  tool_call: 'Guildhall: an agent needs your approval',
  budget: 'Guildhall: a run needs more budget',
  repeated_call: 'Guildhall: an agent repeats itself and asks you',
  unknown_outcome: 'Guildhall: an agent asks you what became of a call',
} as const;

function describeRequest({ approvalKind, tool, server, paths, pathCount, run }: Abouts['approval_asked']): string {
  const call = server ? `${oneLine(tool)} of ${oneLine(server)}` : oneLine(tool);
  if (approvalKind === 'budget') return `Approve more budget for ${quoted(run)}`;
  if (approvalKind === 'repeated_call') return `Go on with ${call}, which repeats itself,`;
  if (approvalKind === 'unknown_outcome') return `Say what became of ${call}`;
  const [first] = paths;
  if (first === undefined) return `Approve ${call}`;
  const others = pathCount > 1 ? ` and ${plural(pathCount - 1, 'other file', 'other files')}` : '';
  return `Approve ${call} on ${oneLine(markPath(first), 80)}${others}`;
}

function describeEnd(payload: Abouts['run_ended']): Message {
  const { status, run, project, organization, cost } = payload;
  const done = status === 'done';
  return {
    subject: `${done ? 'Done' : 'Failed'}: ${quoted(run)} in ${oneLine(project)}`,
    emailSubject: `Guildhall: your run ${done ? 'has finished' : 'has failed'}`,
    lines: [
      `Your run ${quoted(run)} in ${oneLine(project)} (${oneLine(organization)}) ${done ? 'is done' : 'has failed'}.`,
      ...(payload.origin === 'person' ? [] : [`It was started${describeOrigin(payload)}.`]),
      ...(cost === null ? [] : [`It cost US$ ${cost.toFixed(cost < 0.1 ? 4 : 2)}.`]),
    ],
    path: runPath(payload),
    action: done ? 'See what it did' : 'See what went wrong',
  };
}

function describeFailedStart({ origin, originId, name, reason, project, organization }: Abouts['start_failed']): Message {
  return {
    subject: `Not started: ${quoted(name)} in ${oneLine(project)}`,
    emailSubject: `Guildhall: your ${origin} could not start its run`,
    lines: [
      `Your ${origin} ${quoted(name)} in ${oneLine(project)} (${oneLine(organization)}) could not start its run.`,
      ...(reason ? [oneLine(reason, 1000)] : []),
    ],
    path: `/${origin}s/${originId}`,
    action: `Look at the ${origin}`,
  };
}

function describeSwitch({ organization, by }: Abouts['autonomy_off']): Message {
  return {
    subject: `Autonomy is switched off in ${oneLine(organization)}`,
    emailSubject: 'Guildhall: autonomous work was switched off',
    lines: [
      `${oneLine(by ?? 'Somebody')} has switched autonomy off in ${oneLine(organization)}.`,
      'Autonomous, scheduled and triggered runs are stopped or held until an admin switches it on again.',
    ],
    path: '/autonomy',
    action: 'Look at it',
  };
}

function describeTools({ server, organization, tools, toolCount, toolServerId }: Abouts['tools_changed']): Message {
  const [first] = tools;
  const what = toolCount === 1 && first ? `The tool ${quoted(first.name)}` : `${plural(toolCount, 'tool', 'tools')}`;
  return {
    subject:
      toolCount === 1 ? 'A tool of a tool server has changed' : `${plural(toolCount, 'tool', 'tools')} of a tool server have changed`,
    emailSubject: 'Guildhall: a tool that agents use has changed',
    lines: [
      `${what} of ${quoted(server)} (${oneLine(organization)}) ${toolCount === 1 ? 'is' : 'are'} not what an admin turned on.`,
      'Agents are not offered it until an admin has looked at what has changed; runs that need it wait for that.',
      ...tools.flatMap(({ name, diff }) => [`${oneLine(name)}:`, ...readDiff(diff)]),
    ],
    path: `/settings/connections#tool-server-${toolServerId}`,
    action: 'See what has changed',
  };
}

const MAX_DIFF_LINES = 30;

/** Only the changed lines, without context. Others wrote them, so each becomes a line of ours, and addresses do not become links. */
function readDiff(diff: string): string[] {
  const lines = diff.split('\n').filter((line) => /^[+-]/.test(line));
  const shown = lines
    .slice(0, MAX_DIFF_LINES)
    .map((line) => `${line[0] === '+' ? 'now: ' : 'was: '}${oneLine(line.slice(1), 200).replaceAll('://', ': //')}`);
  return lines.length > shown.length ? [...shown, `and ${plural(lines.length - shown.length, 'other line', 'other lines')}`] : shown;
}

function describeOrigin({ origin, originName }: RunPayload): string {
  return origin === 'person' ? '' : ` by the ${origin} ${quoted(originName ?? 'that is gone')}`;
}

/** In UTC, since the reader's time zone is unknown. */
const formatTime = (instant: string) => `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
