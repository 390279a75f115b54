/** One tool call: what it needs to be executed, and its outcome. */

import type { MissingTool } from '#features/connections/server/connections.ts';
import type { Files } from '#features/files/server/files.ts';
import type { Level } from '#features/policies/policy.ts';
import type { Tool, ToolOutcome } from '#features/tools/server/tool.ts';
import type { Log } from '#kernel/log.ts';
import type { EventData } from '../../events.ts';
import type { PlanStep } from '../../plan.ts';
import type { Asking } from '../approvals/ask.ts';

/** The outcome of a call, including its change to the project's files and the run's plan. */
export type RunOutcome = ToolOutcome & {
  change?: Extract<EventData, { type: 'tool_result' }>['data']['change'];
  /** The run's new plan; commits together with the result, unless a person has changed the plan in the meantime. */
  plan?: PlanStep[];
};

export interface CallContext extends Asking {
  log: Log;
  files: Files;
  tools: readonly Tool[];
  /** Tools that are turned on but not offered now. */
  missing: readonly MissingTool[];
  run: Asking['run'] & { level: Level };
  /** Step and position within it, such as 3.1. */
  id: string;
  signal: AbortSignal;
}

/**
 * `waiting`: a person is asked. `moved_on`: the log has newer events that must be read first. `unknown`: it is unknown whether the call
 * took effect; gives the reason if known.
 */
export type ExecutionResult = 'stored' | 'waiting' | 'moved_on' | Unknown;
export interface Unknown {
  unknown: string | undefined;
}
