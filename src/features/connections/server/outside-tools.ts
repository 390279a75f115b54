/** Tools of other servers, as runs use them: offered as an admin has seen them, checked before each call, called once. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#kernel/clock.ts';
import type { Credentials } from './credentials.ts';
import { explainFailure, OutcomeUnknown, TimedOut, TooLarge } from './failure.ts';
import { forModels } from './input-schema.ts';
import type { Listings } from './listings.ts';
import { hasClientCode, isProtocolError } from './mcp-client.ts';
import type { ToolServerRow } from './queries.ts';
import type { ServerState } from './server-states.ts';
import { texts } from './texts.ts';
import { type Outcome, readResult } from './tool-result.ts';
import type { ToolSessions } from './tool-sessions.ts';
import type { KnownTool } from './tool-states.ts';

/** Why a tool is not called. `changed`: an admin must review it first. */
export interface UnusableTool {
  why: 'changed' | 'gone';
  /** For the model or a person to read. */
  message: string;
}

export interface OutsideTool {
  /** `slug__tool`, at most 64 of [a-zA-Z0-9_-]. */
  name: string;
  /** Name of the tool server. */
  server: string;
  description: string;
  inputSchema: Record<string, unknown>;
  /** Digest of the complete definition, as an admin has seen it. */
  digest: string;
  /** Asks the server whether the tool is still the one offered here; @returns why it must not be called */
  check(signal: AbortSignal): Promise<UnusableTool | undefined>;
  /**
   * Calls the tool once; never retries.
   * @param input an object
   * @returns the outcome; `ok` is false if the tool reports an error, if the response is too large, and if the call was certainly not
   *   executed
   * @throws OutcomeUnknown if the call may have been executed: the connection closed or the time ran out before the result, or the
   *   response was not valid
   */
  call(input: unknown, options: { signal: AbortSignal }): Promise<Outcome>;
}

/** A tool that is turned on but not offered now. */
export interface MissingTool {
  name: string;
  server: string;
  description: string;
  why: 'changed' | 'unreachable';
  reason: string;
}

export interface ToolAvailability {
  tools: OutsideTool[];
  missing: MissingTool[];
  /** Servers that do not respond, whichever of their tools are turned on. */
  unreachable: { server: string; slug: string; reason: string }[];
}

interface Options {
  /** The tool servers of an organization, usually from memory. */
  statesOf(organizationId: string): Promise<readonly ServerState[]>;
  /** The same, read from the database. */
  readStates(organizationId: string): Promise<readonly ServerState[]>;
  listings: Listings;
  sessions: ToolSessions;
  credentials: Credentials;
  /** How long a run waits for servers that recently failed, in ms. */
  availabilityMs: number;
  clock: Clock;
}

const MAX_DESCRIPTION = 1000;
/** An older list is refreshed in the background. */
const LIST_BELIEVED_MS = 60_000;
/** An unreachable server is asked less and less often. */
const MIN_FAILURE_MS = 15_000;
const MAX_FAILURE_MS = 5 * 60_000;

export function createOutsideTools({ statesOf, readStates, listings, sessions, credentials, availabilityMs: surveyMs, clock }: Options) {
  /** @returns true if it waited for the server, so that the known state may be outdated */
  async function refresh({ row, listing, tools }: ServerState): Promise<boolean> {
    const isAway = listing?.failing_since ?? (!listing && row.pin_first_listing ? '' : null);
    if (isAway === null) {
      // A run does not wait for a server whose tools are known.
      if (tools.some(({ pin }) => pin)) listings.hear(row, performance.now() - LIST_BELIEVED_MS).catch(() => undefined);
      return false;
    }
    const age = isAway === '' ? 0 : clock.now() - Date.parse(isAway);
    const retryAfter = Math.min(Math.max(age / 4, MIN_FAILURE_MS), MAX_FAILURE_MS);
    const begun = performance.now();
    await Promise.race([listings.hear(row, begun - retryAfter).catch(() => undefined), sleep(surveyMs, undefined, { ref: false })]);
    return true;
  }

  async function call(row: ToolServerRow, tool: KnownTool, input: unknown, signal: AbortSignal): Promise<Outcome> {
    const state = { signal, sent: false };
    const redact = credentials.redactorOf(row);
    const definition = { name: tool.name, inputSchema: tool.definition?.inputSchema ?? {} };
    try {
      const { ok, output } = readResult(await sessions.with(row).call(definition, input, state));
      return { ok, output: redact(output) };
    } catch (error) {
      const { name } = row;
      if (isProtocolError(error)) return { ok: false, output: redact(`${name} returned an error: ${error.message}`) };
      if (hasClientCode(error, 'UnsupportedResultType'))
        return { ok: false, output: `${name} requested input from a person, which runs do not support. The call was not executed.` };
      if (error instanceof TooLarge) return { ok: false, output: describeTooLarge(name) };
      const reason = redact(
        signal.aborted && !(signal.reason instanceof TimedOut) ? texts.failures.stopped : explainFailure(error, OPEN_SECONDS),
      );
      if (!state.sent) return { ok: false, output: `The call was not executed. ${name}: ${reason}` };
      throw new OutcomeUnknown(texts.failures.of(name, reason));
    }
  }

  /** The current state: an approval may come days after the list. */
  async function find(server: ToolServerRow, tool: KnownTool): Promise<{ row: ToolServerRow; known: KnownTool } | undefined> {
    const state = (await statesOf(server.organization_id)).find(({ row }) => row.id === server.id);
    const known = state?.tools.find(({ name }) => name === tool.name);
    return state?.row.enabled && known && known.state !== 'off' ? { row: state.row, known } : undefined;
  }

  async function check(server: ToolServerRow, tool: KnownTool, signal: AbortSignal): Promise<UnusableTool | undefined> {
    const gone = { why: 'gone', message: texts.calls.gone(server.name, tool.name) } as const;
    const found = await find(server, tool);
    if (!found) return gone;
    const heard = await untilAborted(listings.hear(found.row), signal);
    if ('reason' in heard) return { why: 'gone', message: texts.calls.unreachable(server.name, heard.reason) };
    const digest = heard.digests.get(tool.name);
    if (digest === undefined) return gone;
    const isSame = digest === tool.digest && found.known.pin?.digest === tool.digest;
    return isSame ? undefined : { why: 'changed', message: texts.calls.changed(server.name, tool.name) };
  }

  function offer(row: ToolServerRow, tool: KnownTool): OutsideTool {
    const { callName, definition, digest = '' } = tool;
    return {
      name: callName,
      server: row.name,
      description: shorten(definition?.description ?? ''),
      inputSchema: forModels(definition?.inputSchema ?? {}),
      digest,
      check: (signal) => check(row, tool, signal),
      async call(input, { signal }) {
        const found = await find(row, tool);
        if (!found) return { ok: false, output: texts.calls.gone(row.name, tool.name) };
        return call(found.row, tool, input, signal);
      },
    };
  }

  function availability(states: readonly ServerState[]): ToolAvailability {
    const found: ToolAvailability = { tools: [], missing: [], unreachable: [] };
    for (const { row, listing, tools } of states.filter((state) => state.row.enabled)) {
      const reason = listing?.failing_since ? (listing.reason ?? '') : undefined;
      if (reason !== undefined) found.unreachable.push({ server: row.name, slug: row.slug, reason });
      for (const tool of tools) {
        const missing = { name: tool.callName, server: row.name, description: shorten(tool.description) };
        if (tool.state === 'changed') found.missing.push({ ...missing, why: 'changed', reason: texts.calls.changed(row.name, tool.name) });
        else if (tool.state !== 'on') continue;
        else if (reason !== undefined) found.missing.push({ ...missing, why: 'unreachable', reason });
        else found.tools.push(offer(row, tool));
      }
    }
    return found;
  }

  return {
    /** What runs of an organization may use and which tools are missing, from stored lists: waits for no server. */
    known: async (organizationId: string): Promise<ToolAvailability> => availability(await statesOf(organizationId)),

    /**
     * The same for a run that starts: asks servers that recently failed again and waits up to 3 s for them; the other lists are
     * refreshed in the background. Tool definitions of servers are data, not instructions.
     */
    async availability(organizationId: string): Promise<ToolAvailability> {
      const states = await statesOf(organizationId);
      const waited = await Promise.all(states.filter(({ row }) => row.enabled).map(refresh));
      return availability(waited.includes(true) ? await readStates(organizationId) : states);
    },
  };
}

const OPEN_SECONDS = 30;

const shorten = (text: string) => (text.length > MAX_DESCRIPTION ? `${text.slice(0, MAX_DESCRIPTION - 1)}…` : text).toWellFormed();

const describeTooLarge = (server: string): string =>
  `${server} returned more than 10 MB, which is over the limit. The call was made and probably took effect, so do not just repeat it. Request less.`;

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
