/** What schedules and triggers share on screen: both start runs automatically, on behalf of a person. */
import type { User } from '#features/accounts/contract.ts';
import type { Run } from '#features/runs/contract.ts';
import type { ShownRunSettings } from '#features/runs/run-settings.ts';
import { atLeast, type Role } from '#wire/role.ts';

export interface Automation {
  id: string;
  name: string;
  project: { id: string; name: string };
  /** `role` is null once the person has left. */
  onBehalfOf: { id: string | null; name: string; role: Role | null };
  pausedAt: string | null;
}

/** A schedule or trigger with all its details. */
export interface ShownAutomation extends Automation, ShownRunSettings {}

/** The outcome of one start. */
export interface Outcome {
  status: 'started' | 'skipped' | 'missed' | 'failed';
  run: { id: string; title: string; status: Run['status'] } | null;
  /** Why it started no run. */
  reason: string | null;
}

/** Only the person it works for or an admin may change it. @param role of the user in its organization */
export const mayChange = (user: User, role: Role | undefined, { onBehalfOf }: Automation): boolean =>
  role !== undefined && (atLeast(role, 'admin') || (atLeast(role, 'member') && onBehalfOf.id === user.id));
