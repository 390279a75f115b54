/** What schedules and triggers have in common on screen: both start runs by themselves, on behalf of a person. */
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

/** One that is shown as a whole. */
export interface ShownAutomation extends Automation, ShownRunSettings {}

/** The outcome of one start. */
export interface Outcome {
  status: 'started' | 'skipped' | 'missed' | 'failed';
  run: { id: string; title: string; status: Run['status'] } | null;
  /** Why there is no run. */
  reason: string | null;
}

/** What works with a person's rights is changed by that person or an admin. @param role of the user in its organization */
export const mayChange = (user: User, role: Role | undefined, { onBehalfOf }: Automation): boolean =>
  role !== undefined && (atLeast(role, 'admin') || (atLeast(role, 'member') && onBehalfOf.id === user.id));
