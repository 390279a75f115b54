import type * as z from 'zod';
import type { EventData } from '#features/runs/events.ts';
import type { Transaction } from '#kernel/database/pool.ts';

type ToolResult = Extract<EventData, { type: 'tool_result' }>['data'];

/** Where a tool acts: one project. */
export interface ToolContext {
  /** The transaction that also stores the result. Only a tool that writes has one. */
  tx?: Transaction;
  projectId: string;
  runId: string;
  /** On whose behalf. */
  userId: string | null;
  /** The version of a file that this run has read or written last. */
  seenVersion(path: string): string | undefined;
}

/** What a tool says to the model, and what it changed. */
export type ToolOutcome = Pick<ToolResult, 'output' | 'change' | 'seen'>;

export interface Tool {
  name: string;
  description: string;
  input: z.ZodObject;
  /** Has an effect, which commits with its result. The others read at leisure, and hold neither connection nor lock meanwhile. */
  writes?: boolean;
  /** Throws a `Refusal` before it changes anything; the model reads it as the result. */
  carryOut(context: ToolContext, input: unknown): Promise<ToolOutcome>;
}

/** @throws Error when a tool that changes something is not declared as one that writes */
export function transactionOf({ tx }: ToolContext): Transaction {
  if (!tx) throw new Error('This tool changes something, and is not declared to write');
  return tx;
}

/** Ties the type of the input to the schema that checks it. */
export function defineTool<I extends z.ZodObject>(tool: {
  name: string;
  description: string;
  input: I;
  writes?: boolean;
  carryOut(context: ToolContext, input: z.output<I>): Promise<ToolOutcome>;
}): Tool {
  return { ...tool, carryOut: (context, input) => tool.carryOut(context, input as z.output<I>) };
}

/** Characters of a result that are given to the model. */
export const MAX_OUTPUT = 50_000;
