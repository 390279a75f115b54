import * as z from 'zod';
import type { Unfit } from '#features/connections/server/connections.ts';
import type { Change } from '#features/files/contract.ts';
import type { Edit } from '#features/files/server/files.ts';
import type { JsonSchema } from '#features/models/server/model.ts';
import type { ToolEffect } from '../effect.ts';
import { normalizeInput } from './own/normalize-input.ts';

/** Where a tool acts: one project. */
export interface ToolContext {
  organizationId: string;
  projectId: string;
  runId: string;
  /** On whose behalf. */
  userId: string | null;
  /** Ends the tool at once: a person stopped the run, or this server lets go of it. */
  signal: AbortSignal;
  /** The version of a file that this run has read or written last. */
  seenVersion(path: string): string | undefined;
  /** A part of a long result of this run; undefined when there is none under this id. Characters as PostgreSQL counts them. */
  readOutput(id: string, from: number, length: number): Promise<{ text: string; characters: number } | undefined>;
}

/** What a tool says to the model. */
export interface ToolOutcome {
  output: string;
  /** True unless it says otherwise. */
  ok?: boolean;
  /** Versions of files that the run knows through this; it may replace those and no others. */
  seen?: { path: string; version: string }[] | undefined;
}

/**
 * What a tool would do to the project's files, as data: nothing has happened yet. It may need a person's word first, and is then
 * applied as it stands here, on whichever server.
 */
export interface Proposal {
  kind: Change['kind'];
  edits: readonly Edit[];
  /** What the model reads once the edits are applied. */
  outcome: ToolOutcome;
}

export interface Tool {
  name: string;
  description: string;
  inputSchema: JsonSchema;
  /** The tool server it belongs to; Guildhall's own have none. */
  server?: string;
  /**
   * As the gate tells them: `none` and `web` may be repeated. `project` changes files, by a proposal. `outside` acts where no
   * transaction reaches, so that its intent is stored first, and it is never repeated without a person's word.
   */
  effect: ToolEffect;
  /**
   * Milliseconds that one call may take, enforced where calls are executed: then `signal` is aborted, and the model reads that nothing was
   * done, or, where the tool acts outside, a person is asked what became of it.
   */
  timeoutMs: number;
  /** What a model sent, read as it was meant; `problemOf` and `carryOut` are given that. */
  normalize(input: unknown): unknown;
  /** Of all that its server says of it, for those of tool servers: an approval is of just this. */
  digest?: string;
  /** Is it still what it was when it was offered? @returns why it must not be called */
  check?(signal: AbortSignal): Promise<Unfit | undefined>;
  /** @returns what does not fit, in words for the model; undefined when all does */
  problemOf(input: unknown): string | undefined;
  /**
   * Works without a connection held; only `project` gives back a `Proposal`. What it throws as a `Refusal`, the model reads as the
   * result. @param input fits
   */
  carryOut(context: ToolContext, input: unknown): Promise<ToolOutcome | Proposal>;
}

/** Far more than reading or editing files takes. */
const DEFAULT_TIMEOUT_MS = 60_000;

/** Ties the type of the input to the schema that checks it. */
export function defineTool<I extends z.ZodObject>(tool: {
  name: string;
  description: string;
  input: I;
  effect: Tool['effect'];
  timeoutMs?: number;
  /** Names of arguments that are paths in the project. */
  paths?: readonly string[];
  carryOut(context: ToolContext, input: z.output<I>): Promise<ToolOutcome | Proposal>;
}): Tool {
  const { name, description, input, effect, timeoutMs = DEFAULT_TIMEOUT_MS, paths = [] } = tool;
  const inputSchema = z.toJSONSchema(input, { io: 'input' });
  return {
    name,
    description,
    effect,
    timeoutMs,
    inputSchema,
    normalize: (given) => normalizeInput(given, { schema: inputSchema, paths, strict: true }),
    problemOf(given) {
      const parsed = input.safeParse(given);
      return parsed.success ? undefined : z.prettifyError(parsed.error);
    },
    carryOut: async (context, given) => tool.carryOut(context, input.parse(given)),
  };
}

/** Characters of a result that go into the log and to the model; the rest is stored beside it. */
export const MAX_OUTPUT = 30_000;
