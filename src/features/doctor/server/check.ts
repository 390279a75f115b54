/** What a check is: data, and a function that tries something. */
import type { Code } from '#features/doctor/codes.ts';
import type { Status } from '#features/doctor/contract.ts';
import type { Context, Need } from './context.ts';

export interface Finding {
  status: Status;
  detail: string;
  advice: string;
}

/** A problem, and what to do about it. */
interface Problem {
  detail: string;
  advice: string;
}

export interface Check {
  readonly code: Code;
  readonly needs?: readonly Need[];
  /** May throw: that is a failed check. Its signal is aborted when its time is up. */
  run(ctx: Context): Finding | Finding[] | Promise<Finding | Finding[]>;
}

export const ok = (detail: string): Finding => ({ status: 'ok', detail, advice: '' });
export const warning = (problem: Problem): Finding => ({ status: 'warning', ...problem });
export const failed = (problem: Problem): Finding => ({ status: 'failed', ...problem });
export const skipped = (detail: string): Finding => ({ status: 'skipped', detail, advice: '' });
