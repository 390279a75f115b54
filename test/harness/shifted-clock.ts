/** Loaded before a server (`--import`): its clock is CLOCK_SHIFT_MS ahead, or behind if that is negative. */
import { replaceClock } from './replace-clock.ts';

const shift = Number(process.env['CLOCK_SHIFT_MS'] ?? 0);

replaceClock(() => shift);
