/** Tools of other servers as runs use them: listed, remembered for a while, called. */
import { ProtocolError, SdkError, SdkErrorCode } from '@modelcontextprotocol/client';
import type { ServerTool } from '#features/connections/contract.ts';
import { Refusal } from '#kernel/errors.ts';
import type { Live } from '#kernel/live.ts';
import type { Log } from '#kernel/log.ts';
import type { Vault } from '#kernel/vault.ts';
import { explainFailure } from './failure.ts';
import { type OfferedTool, vetTools } from './offered-tools.ts';
import type { ToolServerRow } from './queries.ts';
import { type Outcome, readResult } from './tool-result.ts';
import { createToolSession, type ToolSession } from './tool-session.ts';

export interface OutsideTool {
  /** `slug__tool`, at most 64 of [a-zA-Z0-9_-]. */
  name: string;
  /** Name of the tool server. */
  server: string;
  description: string;
  inputSchema: Record<string, unknown>;
  /**
   * Calls it once, and never again by itself.
   * @param input an object
   * @returns what came of it; `ok` is false when the tool says so, and when the call was surely not carried out
   * @throws when nobody knows whether it was: the connection or the time was over before the result came, or what came cannot be read
   */
  call(input: unknown, options: { signal: AbortSignal }): Promise<Outcome>;
}

export interface Survey {
  tools: OutsideTool[];
  /** Servers that are left out for now. */
  unreachable: { server: string; reason: string }[];
}

interface Options {
  /** Those of an organization, from memory mostly. */
  serversOf: (organizationId: string) => Promise<readonly ToolServerRow[]>;
  live: Live;
  log: Log;
  vault: Vault | undefined;
  version: string;
  publicFetch: typeof fetch;
  /** For servers that an operator has allowed to be in the installation's own network. */
  privateFetch: typeof fetch;
}

type Listing = { offered: OfferedTool[] } | { reason: string };

/** What is open to one server. */
interface Connection {
  row: ToolServerRow;
  session: ToolSession;
  listing?: Promise<Listing> | undefined;
  believedUntil: number;
}

const LIST_MS = 3000;
const CALL_MS = 60_000;
const LIST_BELIEVED_MS = 60_000;
/** A server that is away costs a run its wait once, and not at every step. */
const FAILURE_BELIEVED_MS = 15_000;

export function createOutsideTools({ serversOf, live, log, vault, version, publicFetch, privateFetch }: Options) {
  const connections = new Map<string, Connection>();

  function drop(concerns: (row: ToolServerRow) => boolean): void {
    for (const [id, { row, session }] of connections) {
      if (!concerns(row)) continue;
      connections.delete(id);
      void session.retire();
    }
  }
  live.on('connections', (organizationId) => drop((row) => row.organization_id === organizationId));
  live.onReset(() => drop(() => true));

  function tokenOf(row: ToolServerRow): string | undefined {
    if (!row.token) return undefined;
    const token = vault?.open(row.token, row.id);
    if (token !== undefined) return token;
    throw new Refusal(422, 'token_unreadable', 'Its token can no longer be read, since ENCRYPTION_KEY has changed. Enter the token again.');
  }

  const openSession = (row: ToolServerRow): ToolSession =>
    createToolSession({ url: row.url, token: () => tokenOf(row), send: row.private_network ? privateFetch : publicFetch, version });

  function connectionTo(row: ToolServerRow): Connection {
    const known = connections.get(row.id);
    if (known?.row.changed_at === row.changed_at) return known;
    void known?.session.retire();
    const connection: Connection = { row, session: openSession(row), believedUntil: 0 };
    connections.set(row.id, connection);
    return connection;
  }

  /** Simultaneous askers share one answer. Never rejects. */
  function listingOf(connection: Connection): Promise<Listing> {
    const { row, session } = connection;
    if (connection.listing && performance.now() < connection.believedUntil) return connection.listing;
    const believe = (milliseconds: number) => {
      connection.believedUntil = performance.now() + milliseconds;
    };
    believe(Number.POSITIVE_INFINITY);
    connection.listing = session.list(AbortSignal.timeout(LIST_MS)).then(
      (listed) => {
        believe(LIST_BELIEVED_MS);
        return { offered: vetTools(row.slug, listed).offered.filter(({ name }) => !row.disabled_tools.includes(name)) };
      },
      (error) => {
        believe(FAILURE_BELIEVED_MS);
        const reason = explainFailure(error, LIST_MS / 1000);
        log.warn({ toolServer: row.id, reason }, 'a tool server could not be asked for its tools');
        return { reason };
      },
    );
    return connection.listing;
  }

  async function call(asked: ToolServerRow, tool: OfferedTool, input: unknown, signal: AbortSignal): Promise<Outcome> {
    // As it is now: an approval may have come days after the list.
    const row = (await serversOf(asked.organization_id)).find(({ id }) => id === asked.id);
    if (!row?.enabled || row.disabled_tools.includes(tool.name))
      return { ok: false, output: `The call was not made: ${asked.name} does not offer ${tool.name} any more.` };
    const state = { signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_MS)]), sent: false };
    try {
      return readResult(await connectionTo(row).session.call(tool, input, state));
    } catch (error) {
      if (error instanceof ProtocolError) return { ok: false, output: `${row.name} answers with an error: ${error.message}` };
      if (error instanceof SdkError && error.code === SdkErrorCode.UnsupportedResultType)
        return { ok: false, output: `${row.name} asks a person for more, which runs cannot answer. The call was not carried out.` };
      const reason = signal.aborted ? 'It was stopped.' : explainFailure(error, CALL_MS / 1000);
      if (!state.sent) return { ok: false, output: `The call was not carried out. ${row.name}: ${reason}` };
      throw new Error(`nobody knows whether ${row.name} carried out ${tool.name}: ${reason}`, { cause: error });
    }
  }

  return {
    /**
     * The tools that runs of an organization may use, by server and in its order. A server that does not answer within 3 s is left
     * out and named, and not asked again for 15 s. What servers say of their tools is data, not instructions.
     */
    async survey(organizationId: string): Promise<Survey> {
      const rows = (await serversOf(organizationId)).filter(({ enabled }) => enabled);
      const survey: Survey = { tools: [], unreachable: [] };
      const listings = await Promise.all(rows.map((row) => listingOf(connectionTo(row))));
      for (const [index, row] of rows.entries()) {
        const listing = listings[index];
        if (!listing) continue;
        if ('reason' in listing) survey.unreachable.push({ server: row.name, reason: listing.reason });
        else survey.tools.push(...listing.offered.map((tool) => offer(row, tool)));
      }
      return survey;
    },

    /** Asks in a session of its own, with what is stored now. */
    async test(row: ToolServerRow): Promise<{ ok: true; tools: ServerTool[] } | { ok: false; reason: string }> {
      const session = openSession(row);
      try {
        const listed = await session.list(AbortSignal.timeout(LIST_MS));
        drop(({ id }) => id === row.id);
        return { ok: true, tools: vetTools(row.slug, listed).tools };
      } catch (error) {
        return { ok: false, reason: explainFailure(error, LIST_MS / 1000) };
      } finally {
        void session.close();
      }
    },

    /** Ends every session, with what is under way in it. */
    async close(): Promise<void> {
      const open = [...connections.values()];
      connections.clear();
      await Promise.all(open.map(({ session }) => session.close()));
    },
  };

  function offer(row: ToolServerRow, tool: OfferedTool): OutsideTool {
    const { callName, description, inputSchema } = tool;
    return { name: callName, server: row.name, description, inputSchema, call: (input, { signal }) => call(row, tool, input, signal) };
  }
}
