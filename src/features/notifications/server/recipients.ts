/** Determines who is notified of an event, and over which channels. Pure, and the only place with these rules. */
import { type Channel, type Choices, channel, defaultChoices, type Kind } from '#features/notifications/contract.ts';
import type { OutboxEvent } from '#features/outbox/events.ts';
import type { Role } from '#wire/role.ts';

/** Members an event may concern, before their choices are known. */
interface Audience {
  /** The smallest role that may see it; checked again before each delivery. */
  role: Role;
  /** Only this member. */
  userId?: string;
}

interface Member {
  userId: string;
  /** Null if they have never chosen. Kinds added after they chose may be missing. */
  choices: Partial<Choices> | null;
  hasWebhook: boolean;
}

const failures = new Set(['failed', 'refused']);

/**
 * @param approvers the smallest role that may approve where the event occurred
 * @returns undefined if nobody is notified
 */
export function audienceOf(event: OutboxEvent, approvers: Role): Audience | undefined {
  const { kind, sender_id: userId } = event;
  if (kind === 'approval_asked') return { role: approvers };
  if (kind === 'autonomy_off' || kind === 'tools_changed') return { role: 'admin' };
  // A schedule due every minute can fail every minute: only the first failure in a row notifies.
  if (kind === 'start_failed' && failures.has(event.context.previous ?? '')) return undefined;
  return userId === null ? undefined : { role: 'viewer', userId };
}

/** @returns whether a person with these choices wants a kind over a channel; defaults fill in missing choices */
export function isWanted(choices: Partial<Choices> | null, kind: Kind, by: Channel): boolean {
  return choices?.[kind]?.[by] ?? defaultChoices[kind][by];
}

/** @returns the channels over which a member of the audience is notified */
export function channelsFor(event: OutboxEvent, { userId, choices, hasWebhook }: Member): Channel[] {
  if (!matchesTrigger(event, userId, { ...defaultChoices, ...choices })) return [];
  return channel.options.filter((by) => {
    // In the page, approvals appear in the inbox.
    if (by === 'page' && event.kind === 'approval_asked') return false;
    if (by === 'webhook' && !hasWebhook) return false;
    return isWanted(choices, event.kind, by);
  });
}

function matchesTrigger(event: OutboxEvent, userId: string, choices: Choices): boolean {
  const isSender = event.sender_id === userId;
  if (event.kind === 'approval_asked') return choices.approval_asked.of !== 'mine' || isSender;
  if (event.kind === 'run_ended') return choices.run_ended.of === 'all' || event.payload.origin !== 'person' || event.context.hasGoal;
  // The admin who switched autonomy off knows.
  if (event.kind === 'autonomy_off') return !isSender;
  return true;
}

/** @returns whether members who have never chosen are notified of it; if not, they need not be loaded */
export const isByDefault = (event: OutboxEvent): boolean => channelsFor(event, { userId: '', choices: null, hasWebhook: false }).length > 0;
