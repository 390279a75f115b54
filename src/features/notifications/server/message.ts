/**
 * The text of a notification, from what was recorded with the event. Names come from people and models: each is reduced to one line, so
 * that it cannot imitate one of our lines or headers. File content is never included, only paths: email passes through servers we do not
 * control, and stays in mailboxes after access is revoked.
 */

import type { Message } from '#features/mail/server/mail.ts';
import type { Kind } from '#features/notifications/contract.ts';
import type { Payloads } from '#features/outbox/events.ts';
import { markHidden, markPath } from '#wire/hidden-characters.ts';
import { texts as wire } from '#wire/texts.ts';
import { type Starter, texts } from './texts.ts';

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

export function composeMessage({ kind, about: payload }: NotificationEvent): Message {
  if (kind === 'approval_asked') return describeApproval(payload);
  if (kind === 'run_ended') return describeEnd(payload);
  if (kind === 'start_failed') return describeFailedStart(payload);
  if (kind === 'autonomy_off') return describeSwitch(payload);
  return describeTools(payload);
}

const runPath = ({ projectId, runId }: RunPayload) => `/projects/${projectId}?run=${runId}`;

const placeOf = ({ project, organization }: { project: string; organization: string }) => ({
  project: oneLine(project),
  organization: oneLine(organization),
});

function describeApproval(payload: Abouts['approval_asked']): Message {
  const { approvalId, approvalKind, tool, server, reason, paths, pathCount, startedBy, expiresAt } = payload;
  const words = texts.approval;
  const [place, run, [first]] = [placeOf(payload), oneLine(payload.run), paths];
  const shown = paths.map((path) => `- ${oneLine(markPath(path), 300)}`);
  if (pathCount > paths.length) shown.push(words.others(pathCount - paths.length));
  const lines = [
    words.waits(run, place),
    words.worksFor(oneLine(startedBy ?? wire.formerMember), starterOf(payload)),
    oneLine(reason, 1000),
    ...(shown.length > 0 ? [words.changes, ...shown] : []),
    ...(expiresAt ? [words.expires(expiresAt)] : []),
  ];
  return {
    subject: words.subject[approvalKind]({
      run,
      project: place.project,
      call: words.call(oneLine(tool), server ? oneLine(server) : undefined),
      path: first === undefined ? undefined : oneLine(markPath(first), 80),
      pathCount,
    }),
    emailSubject: words.emailSubject[approvalKind],
    lines: lines.filter((line) => line !== ''),
    path: `/inbox?approval=${approvalId}`,
    action: words.action,
  };
}

function describeEnd(payload: Abouts['run_ended']): Message {
  const { status, cost } = payload;
  const words = texts[status === 'done' ? 'done' : 'failed'];
  const [place, run, starter] = [placeOf(payload), oneLine(payload.run), starterOf(payload)];
  return {
    subject: words.subject(run, place.project),
    emailSubject: words.emailSubject,
    lines: [words.line(run, place), ...(starter ? [texts.started(starter)] : []), ...(cost === null ? [] : [texts.cost(cost)])],
    path: runPath(payload),
    action: words.action,
  };
}

function describeFailedStart({ origin, originId, reason, ...payload }: Abouts['start_failed']): Message {
  const words = texts.notStarted;
  const [place, name] = [placeOf(payload), oneLine(payload.name)];
  return {
    subject: words.subject(name, place.project),
    emailSubject: words.emailSubject(origin),
    lines: [words.line(origin, name, place), ...(reason ? [oneLine(reason, 1000)] : [])],
    path: `/${origin}s/${originId}`,
    action: words.action(origin),
  };
}

function describeSwitch({ organization, by }: Abouts['autonomy_off']): Message {
  const { subject, emailSubject, line, about, action } = texts.switchedOff;
  const name = oneLine(organization);
  return {
    subject: subject(name),
    emailSubject,
    lines: [line(by === null ? undefined : oneLine(by), name), about],
    path: '/autonomy',
    action,
  };
}

function describeTools({ server, organization, tools, toolCount, toolServerId }: Abouts['tools_changed']): Message {
  const words = texts.toolsChanged;
  const [first] = tools;
  return {
    subject: words.subject(toolCount),
    emailSubject: words.emailSubject,
    lines: [
      words.line(toolCount, first && oneLine(first.name), oneLine(server), oneLine(organization)),
      words.about,
      ...tools.flatMap(({ name, diff }) => [words.tool(oneLine(name)), ...readDiff(diff)]),
    ],
    path: `/settings/connections#tool-server-${toolServerId}`,
    action: words.action,
  };
}

const MAX_DIFF_LINES = 30;

/** Only the changed lines, without context. Others wrote them, so each becomes a line of ours, and addresses do not become links. */
function readDiff(diff: string): string[] {
  const lines = diff.split('\n').filter((line) => /^[+-]/.test(line));
  const shown = lines
    .slice(0, MAX_DIFF_LINES)
    .map((line) => texts.toolsChanged[line[0] === '+' ? 'now' : 'was'](oneLine(line.slice(1), 200).replaceAll('://', ': //')));
  return lines.length > shown.length ? [...shown, texts.toolsChanged.otherLines(lines.length - shown.length)] : shown;
}

const starterOf = ({ origin, originName }: RunPayload): Starter =>
  origin === 'person' ? undefined : { origin, name: originName === null ? undefined : oneLine(originName) };
