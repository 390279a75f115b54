/** The levels, and how they are described to people. */
import * as z from 'zod';
import { texts } from './texts/levels.ts';

/** How far an agent may act on its own. */
export const autonomyLevel = z.enum(['off', 'supervised', 'autonomous']);
type Level = z.infer<typeof autonomyLevel>;

export const levels: Record<Level, { label: string; description: string }> = texts;

/** Why the user cannot use a level; levels not listed are available. */
export type DeniedLevels = Readonly<Partial<Record<Level, string>>>;
