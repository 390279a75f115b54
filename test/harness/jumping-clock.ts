/**
 * Loaded before a server (`--import`): its clock jumps back and forth by hours, at an interval that differs from the server's one-second
 * checks.
 */
import { replaceClock } from './replace-clock.ts';

const HOUR = 3_600_000;
const jumps = [0, 5 * HOUR, -7 * HOUR, 30 * HOUR, 0, -0.5 * HOUR];

replaceClock(() => jumps[Math.floor(performance.now() / 370) % jumps.length] ?? 0);
