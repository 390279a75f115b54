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
  /** The person the run works for. */
  userId: string | null;
  /** Ends the tool at once: a person stopped the run, or this server releases it. */
  signal: AbortSignal;
  /** The version of a file that this run last read or wrote. */
  seenVersion(path: string): string | undefined;
  /** Part of a long result of this run; undefined if no result has this id. Counts characters as PostgreSQL does. */
  readOutput(id: string, from: number, length: number): Promise<{ text: string; characters: number } | undefined>;
}

/** What the model reads. */
export interface ToolOutcome {
  output: string;
  /** Defaults to true. */
  ok?: boolean;
  /** File versions the run knows from this call; it may replace these and no others. */
  seen?: { path: string; version: string }[] | undefined;
}

/**
 * What a tool would do to the project's files, as data: nothing has happened yet. It may need approval first; any server then applies
 * it unchanged.
 */
export interface Proposal {
  kind: Change['kind'];
  edits: readonly Edit[];
  /** What the model reads after the edits have been applied. */
  outcome: ToolOutcome;
}

export interface Tool {
  name: string;
  description: string;
  inputSchema: JsonSchema;
  /** The tool server it belongs to; undefined for Guildhall's own tools. */
  server?: string;
  /**
   * The gate distinguishes: `none` and `web` may be repeated. `project` changes files through a proposal. `outside` acts where no
   * transaction reaches, so its intent is stored first, and it is never repeated unless a person says so.
   */
  effect: ToolEffect;
  /**
   * Milliseconds one call may take, enforced where calls are executed. After that `signal` is aborted and the model reads that nothing
   * was changed; if the tool acts outside, a person is asked for the outcome.
   */
  timeoutMs: number;
  /** Interprets what a model sent; `problemOf` and `carryOut` get the result. */
  normalize(input: unknown): unknown;
  /** For tools of tool servers: digest of the full definition. An approval applies only to this digest. */
  digest?: string;
  /** Checks that the tool is still the one that was offered. @returns why it must not be called */
  check?(signal: AbortSignal): Promise<Unfit | undefined>;
  /** @returns what is invalid, for the model to read; undefined if the input is valid */
  problemOf(input: unknown): string | undefined;
  /**
   * Holds no database connection while it works; only `project` tools return a `Proposal`. The model reads a thrown `HttpProblem` as the
   * result. @param input valid, as `problemOf` says
   */
  execute(context: ToolContext, input: unknown): Promise<ToolOutcome | Proposal>;
}

/** Far longer than reading or editing files takes. */
const DEFAULT_TIMEOUT_MS = 60_000;

/** Ties the type of the input to its schema. */
export function defineTool<I extends z.ZodObject>(tool: {
  name: string;
  description: string;
  input: I;
  effect: Tool['effect'];
  timeoutMs?: number;
  /** Names of the arguments that are project paths. */
  paths?: readonly string[];
  execute(context: ToolContext, input: z.output<I>): Promise<ToolOutcome | Proposal>;
}): Tool {
  const { name, description, input, effect, timeoutMs = DEFAULT_TIMEOUT_MS, paths = [] } = tool;
  const inputSchema = z.toJSONSchema(input, { io: 'input' });
  return {
    name,
    description,
    effect,
    timeoutMs,
    inputSchema,
    normalize: (rawInput) => normalizeInput(rawInput, { schema: inputSchema, paths, strict: true }),
    problemOf(rawInput) {
      const parsed = input.safeParse(rawInput);
      return parsed.success ? undefined : z.prettifyError(parsed.error);
    },
    execute: async (context, rawInput) => tool.execute(context, input.parse(rawInput)),
  };
}

/** Characters of a result that go into the log and to the model; the rest is stored separately. */
export const MAX_OUTPUT = 30_000;
