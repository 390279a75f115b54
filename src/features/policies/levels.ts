/** The levels, and how they are described to people. */
import * as z from 'zod';

/** How far an agent may act on its own. */
export const autonomyLevel = z.enum(['off', 'supervised', 'autonomous']);
type Level = z.infer<typeof autonomyLevel>;

export const levels: Record<Level, { label: string; description: string }> = {
  off: { label: 'Off', description: 'Reads and proposes; every change needs your click.' },
  supervised: { label: 'Supervised', description: 'Reads freely; asks before it changes anything.' },
  autonomous: { label: 'Autonomous', description: 'Changes files within its budget; asks before it acts outside.' },
};

/** Why the user cannot use a level; levels not listed are available. */
export type DeniedLevels = Readonly<Partial<Record<Level, string>>>;
