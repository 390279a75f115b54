/** One call of a tool: what it is carried out with, and what becomes of it. */

import type { MissingTool } from '#features/connections/server/connections.ts';
import type { Files } from '#features/files/server/files.ts';
import type { Level } from '#features/policies/policy.ts';
import type { Tool, ToolOutcome } from '#features/tools/server/tool.ts';
import type { Log } from '#kernel/log.ts';
import type { EventData } from '../../events.ts';
import type { PlanStep } from '../../plan.ts';
import type { Asking } from '../approvals/ask.ts';

/** What came of a call: what its tool says, with what it did to the project's files and to the run's plan. */
export type RunOutcome = ToolOutcome & {
  change?: Extract<EventData, { type: 'tool_result' }>['data']['change'];
  /** The run's plan from now on; commits together with the result, and not on top of what a person has changed meanwhile. */
  plan?: PlanStep[];
};

export interface Carrying extends Asking {
  log: Log;
  files: Files;
  tools: readonly Tool[];
  /** Turned on, and not offered now. */
  missing: readonly MissingTool[];
  run: Asking['run'] & { level: Level };
  /** Step and place in it, such as 3.1. */
  id: string;
  signal: AbortSignal;
}

/**
 * `waiting`: a person is asked. `moved_on`: the log goes on beyond what was read, and has to be read first. `unknown`: nobody knows
 * whether it took effect, and why, if that is known.
 */
export type Carried = 'stored' | 'waiting' | 'moved_on' | Unknown;
export interface Unknown {
  unknown: string | undefined;
}
