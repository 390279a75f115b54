/**
 * Lists of the tools that servers offer: requested in the background, stored in the database, and compared with what an admin turned on.
 * Callers request a list when they need one; a process has one request per server in flight.
 */
import { createHash } from 'node:crypto';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { toJsonb } from '#kernel/database/to-jsonb.ts';
import type { Log } from '#kernel/log.ts';
import type { Credentials } from './credentials.ts';
import { explainFailure } from './failure.ts';
import * as sql from './listing-queries.ts';
import { nameOlderTransport } from './older-transport.ts';
import { lockToolServer, type ToolServerRow } from './queries.ts';
import { diffDefinitions } from './tool-changes.ts';
import { type ListedTool, validateTools } from './tool-definition.ts';
import type { Listed } from './tool-session.ts';
import type { ToolSessions } from './tool-sessions.ts';

export type Listings = ReturnType<typeof createListings>;

/** Result of a listing, at a time of this process’s monotonic clock: the digest of each usable tool, or why the listing failed. */
type Heard = { at: number; digests: ReadonlyMap<string, string> } | { at: number; reason: string };

interface Options {
  db: Database;
  log: Log;
  credentials: Credentials;
  sessions: ToolSessions;
  /** Timeout of a listing, in ms: a bridge may have to start a program first. */
  listMs: number;
}

/** How long a result is reused, in ms. */
const KEEP_MS = 5 * 60_000;
/** An unchanged list is stored again after this long, in ms, in case other servers have stored another one since. */
const STORED_MS = 60_000;
/** Tools shown in a notification, and characters of the diff of each. */
const MAX_NOTIFIED = 5;
const MAX_DIFF = 2000;

export function createListings({ db, log, credentials, sessions, listMs }: Options) {
  const asking = new Map<string, { at: number; heard: Promise<Heard> }>();

  /** Digest of what this process stored last: a server is asked before every call and usually returns the same list. */
  const stored = new Map<string, { print: string; at: number }>();

  /** Rejects only if the database is unavailable. */
  async function ask(row: ToolServerRow, at: number): Promise<Heard> {
    const redact = credentials.redactorOf(row);
    let listed: Listed;
    try {
      listed = await sessions.with(row).list(AbortSignal.timeout(listMs));
    } catch (error) {
      const failure = await nameOlderTransport(error, () => credentials.targetOf(row), sessions.sendTo(row));
      const reason = redact(explainFailure(failure, listMs / 1000));
      log.info({ toolServer: row.id, reason }, 'could not list the tools of a tool server');
      stored.delete(row.id);
      await sql.noteFailure(db, { toolServerId: row.id, reason });
      return { at, reason };
    }
    const tools = validateTools(
      row.slug,
      listed.tools.map((tool) => redacted(tool, redact)),
    );
    await keep(row, tools, listed.more, at);
    return { at, digests: new Map(tools.flatMap(({ name, digest }) => (digest === undefined ? [] : [[name, digest]]))) };
  }

  async function keep(row: ToolServerRow, tools: ListedTool[], more: boolean, at: number): Promise<void> {
    const print = createHash('sha256')
      .update(JSON.stringify([row.changed_at, tools, more]))
      .digest('base64');
    const last = stored.get(row.id);
    if (last?.print === print && at - last.at < STORED_MS) return;
    await store(row, tools, more);
    stored.set(row.id, { print, at });
  }

  async function store(row: ToolServerRow, tools: ListedTool[], more: boolean): Promise<void> {
    await db.transaction(async (tx) => {
      const [current] = await lockToolServer(tx, { id: row.id });
      // The server was deleted, or was asked with outdated settings.
      if (current?.changed_at !== row.changed_at) return;
      const pins = await sql.selectPins(tx, { toolServerId: row.id });
      await sql.upsertListing(tx, { toolServerId: row.id, tools: toJsonb(tools), more });
      if (current.pin_first_listing) await pinAll(tx, row.id, tools);
      else await notifyToolChanges(tx, current, tools, pins);
    });
  }

  return {
    /** Lists the tools of a server; concurrent callers share one request. @param since a result requested after this time is enough */
    hear(row: ToolServerRow, since = performance.now()): Promise<Heard> {
      const key = `${row.id} ${row.changed_at}`;
      const inFlight = asking.get(key);
      if (inFlight && inFlight.at >= since) return inFlight.heard;
      const at = performance.now();
      const heard = ask(row, at);
      asking.set(key, { at, heard });
      const forget = () => {
        setTimeout(() => {
          if (asking.get(key)?.heard === heard) asking.delete(key);
        }, KEEP_MS).unref();
      };
      heard.then(forget, forget);
      return heard;
    },
  };
}

/** A server may repeat its credentials in its tool definitions. */
function redacted(tool: unknown, redact: (text: string) => string): unknown {
  try {
    const text = JSON.stringify(tool);
    const safe = redact(text);
    return safe === text ? tool : JSON.parse(safe);
  } catch {
    // Nested too deeply to serialize, so it cannot be used either.
    return null;
  }
}

const isUsable = (tool: ListedTool): tool is Required<Pick<ListedTool, 'name' | 'digest' | 'definition'>> & ListedTool =>
  tool.digest !== undefined && tool.definition !== undefined;

/** For servers connected before tools were pinned: tools in use stay in use. */
async function pinAll(tx: Transaction, toolServerId: string, tools: readonly ListedTool[]): Promise<void> {
  await pin(tx, toolServerId, tools.filter(isUsable), null);
  await sql.endFirstListing(tx, { toolServerId });
}

/** @param userId the admin who has reviewed them */
export async function pin(tx: Transaction, toolServerId: string, tools: readonly ListedTool[], userId: string | null): Promise<void> {
  const usable = tools.filter(isUsable);
  await sql.upsertPins(tx, {
    toolServerId,
    names: usable.map(({ name }) => name),
    digests: usable.map(({ digest }) => digest),
    definitions: usable.map(({ definition }) => toJsonb(definition)),
    userId,
  });
}

async function notifyToolChanges(
  tx: Transaction,
  row: ToolServerRow,
  tools: readonly ListedTool[],
  pins: readonly sql.PinRow[],
): Promise<void> {
  const byName = new Map(pins.map((each) => [each.name, each]));
  const changed = tools.filter(isUsable).flatMap((tool) => {
    const pinned = byName.get(tool.name);
    return pinned && pinned.digest !== tool.digest && !row.disabled_tools.includes(tool.name) ? [{ tool, pinned }] : [];
  });
  if (changed.length === 0) return;
  const unnotified = new Set(
    (await sql.markNotified(tx, { toolServerId: row.id, names: changed.map(({ tool }) => tool.name) })).map(({ name }) => name),
  );
  const shown = changed.filter(({ tool }) => unnotified.has(tool.name));
  if (shown.length === 0) return;
  const named = shown.slice(0, MAX_NOTIFIED).map(({ tool, pinned }) => ({
    name: tool.name,
    diff: diffDefinitions(pinned.definition, tool.definition).slice(0, MAX_DIFF),
  }));
  tx.withCommit(sql.insertToolsChanged(tx, { toolServerId: row.id, tools: toJsonb(named), toolCount: shown.length }));
}
