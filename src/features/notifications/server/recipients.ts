/** Who is notified of an event, and by which channels. The only place that says so; pure. */
import { type Channel, type Choices, channel, defaultChoices, type Kind } from '#features/notifications/contract.ts';
import type { OutboxEvent } from '#features/outbox/events.ts';
import type { Role } from '#wire/role.ts';

/** Members whom an event may concern, before their choices are known. */
interface Audience {
  /** The smallest role that may know of it; asked again before each delivery. */
  role: Role;
  /** Only this member. */
  userId?: string;
}

interface Member {
  userId: string;
  /** Null: never chosen. Kinds that are newer than the choice may be missing. */
  choices: Partial<Choices> | null;
  hasWebhook: boolean;
}

const failures = new Set(['failed', 'refused']);

/**
 * @param approvers the smallest role that may approve where the event happened
 * @returns undefined where nobody is to know
 */
export function audienceOf(event: OutboxEvent, approvers: Role): Audience | undefined {
  const { kind, sender_id: userId } = event;
  if (kind === 'approval_asked') return { role: approvers };
  if (kind === 'autonomy_off' || kind === 'tools_changed') return { role: 'admin' };
  // Something that is due every minute would fail as often: only the first failure in a row is worth a message.
  if (kind === 'start_failed' && failures.has(event.context.previous ?? '')) return undefined;
  return userId === null ? undefined : { role: 'viewer', userId };
}

/** @returns whether somebody with these choices wants a kind by a channel, or would without having chosen */
export function isWanted(choices: Partial<Choices> | null, kind: Kind, by: Channel): boolean {
  return choices?.[kind]?.[by] ?? defaultChoices[kind][by];
}

/** @returns the channels by which a member of the audience is notified */
export function channelsFor(event: OutboxEvent, { userId, choices, hasWebhook }: Member): Channel[] {
  if (!concerns(event, userId, { ...defaultChoices, ...choices })) return [];
  return channel.options.filter((by) => {
    // In the page, approvals are the inbox.
    if (by === 'page' && event.kind === 'approval_asked') return false;
    if (by === 'webhook' && !hasWebhook) return false;
    return isWanted(choices, event.kind, by);
  });
}

function concerns(event: OutboxEvent, userId: string, choices: Choices): boolean {
  const isSender = event.sender_id === userId;
  if (event.kind === 'approval_asked') return choices.approval_asked.of !== 'mine' || isSender;
  if (event.kind === 'run_ended') return choices.run_ended.of === 'all' || event.payload.origin !== 'person' || event.context.hasGoal;
  // The admin who switched it off knows.
  if (event.kind === 'autonomy_off') return !isSender;
  return true;
}

/** @returns whether a member who has never chosen is notified of it: else those who have not need not be looked up */
export const isByDefault = (event: OutboxEvent): boolean => channelsFor(event, { userId: '', choices: null, hasWebhook: false }).length > 0;
