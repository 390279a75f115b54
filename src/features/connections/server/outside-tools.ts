/** Tools of other servers as runs use them: listed, remembered for a while, called. */
import { ProtocolError, SdkError, SdkErrorCode } from '@modelcontextprotocol/client';
import type { ServerTool } from '#features/connections/contract.ts';
import { Refusal } from '#kernel/errors.ts';
import type { Live } from '#kernel/live.ts';
import type { Log } from '#kernel/log.ts';
import type { Vault } from '#kernel/vault.ts';
import { explainFailure, OutcomeUnknown, TooLarge } from './failure.ts';
import { type OfferedTool, vetTools } from './offered-tools.ts';
import { nameOlderTransport } from './older-transport.ts';
import type { ToolServerRow } from './queries.ts';
import { createRedactor } from './secrets.ts';
import { type Outcome, readResult } from './tool-result.ts';
import { createToolSession, type Patience, type ToolSession } from './tool-session.ts';

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
   * @returns what came of it; `ok` is false when the tool says so, when its answer is too large to be read, and when the call was surely
   *   not carried out
   * @throws OutcomeUnknown when nobody knows whether it was: the connection or the time was over before the result came, or what came
   *   is no answer
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
  /** For tests, which cannot wait as long. */
  patience?: Partial<Patience> | undefined;
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
const LIST_BELIEVED_MS = 60_000;
/** A server that is away costs a run its wait once, and not at every step. */
const FAILURE_BELIEVED_MS = 15_000;

export function createOutsideTools({ serversOf, live, log, vault, version, publicFetch, privateFetch, patience }: Options) {
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

  function targetOf(row: ToolServerRow): ReturnType<Parameters<typeof createToolSession>[0]['target']> {
    const token = tokenOf(row);
    return { url: row.url, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } };
  }

  /** Takes out of what a server says what lets us in there. */
  function redactorOf(row: ToolServerRow): (text: string) => string {
    const token = row.token && vault?.open(row.token, row.id);
    return createRedactor(token ? [token] : []);
  }

  const sendTo = (row: ToolServerRow): typeof fetch => (row.private_network ? privateFetch : publicFetch);

  /** Why it could not be asked for its tools, without what lets us in. */
  async function sayWhyNotListed(row: ToolServerRow, error: unknown): Promise<string> {
    const failure = await nameOlderTransport(error, () => targetOf(row), sendTo(row));
    return redactorOf(row)(explainFailure(failure, LIST_MS / 1000));
  }

  const openSession = (row: ToolServerRow): ToolSession =>
    createToolSession({ target: () => targetOf(row), send: sendTo(row), version, patience });

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
        return { offered: vetTools(row.slug, listed.tools).offered.filter(({ name }) => !row.disabled_tools.includes(name)) };
      },
      async (error) => {
        believe(FAILURE_BELIEVED_MS);
        const reason = await sayWhyNotListed(row, error);
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
    const state = { signal, sent: false };
    const redact = redactorOf(row);
    try {
      const { ok, output } = readResult(await connectionTo(row).session.call(tool, input, state));
      return { ok, output: redact(output) };
    } catch (error) {
      const { name } = row;
      if (error instanceof ProtocolError) return { ok: false, output: redact(`${name} answers with an error: ${error.message}`) };
      if (error instanceof SdkError && error.code === SdkErrorCode.UnsupportedResultType)
        return { ok: false, output: `${name} asks a person for more, which runs cannot answer. The call was not carried out.` };
      if (error instanceof TooLarge) return { ok: false, output: sayTooLarge(name) };
      const reason = redact(signal.aborted ? 'It was stopped.' : explainFailure(error, (patience?.open ?? 30_000) / 1000));
      if (!state.sent) return { ok: false, output: `The call was not carried out. ${name}: ${reason}` };
      throw new OutcomeUnknown(`${name}: ${reason}`);
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
        return { ok: true, tools: vetTools(row.slug, listed.tools).tools };
      } catch (error) {
        return { ok: false, reason: await sayWhyNotListed(row, error) };
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

const sayTooLarge = (server: string): string =>
  `${server} answered with more than 10 MB, which is not read. The call was made, and has probably taken effect: do not simply repeat it. Ask for less.`;
