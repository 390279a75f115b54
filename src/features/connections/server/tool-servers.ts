/** Settings of the tool servers that an organization has connected. */
import { v7 as uuid } from 'uuid';
import { isOperator } from '#features/accounts/operator.ts';
import type { Action } from '#features/audit-log/actions.ts';
import type { AuditLog, Person } from '#features/audit-log/server/audit-log.ts';
import { type addToolServer, type changeToolServer, MAX_TOOL_SERVERS, type ToolServer } from '#features/connections/contract.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { conflict, forbidden, HttpProblem, invalid, notFound, violates } from '#kernel/errors.ts';
import type { Identity } from '#kernel/http/route.ts';
import type { BodyOf } from '#wire/contract.ts';
import type { Credentials } from './credentials.ts';
import { describeServer } from './describe.ts';
import * as listingSql from './listing-queries.ts';
import * as sql from './queries.ts';
import { sealSettings, splitAddress } from './sealed-settings.ts';
import { readStates, stateOf } from './server-states.ts';
import { texts } from './texts.ts';

interface Options {
  db: Database;
  auditLog: AuditLog;
  credentials: Credentials;
  /** Checks an address in the installation's own network against those the environment allows. @throws HttpProblem */
  checkPrivate: ((url: string) => Promise<void>) | undefined;
}

export function createToolServers({ db, auditLog, credentials, checkPrivate }: Options) {
  async function requireListed(url: string): Promise<void> {
    await checkPrivate?.(url).catch((error: unknown) => {
      if (!(error instanceof HttpProblem)) throw error;
      throw invalid([{ path: 'url', message: texts.problems.notListed(new URL(url).hostname) }]);
    });
  }

  function record(tx: Transaction, actor: Person, action: Action, row: sql.ToolServerRow, detail?: Record<string, unknown>): void {
    const { id, name, organization_id: organizationId } = row;
    tx.withCommit(auditLog.record(tx, { organizationId, actor, action, subject: { kind: 'tool_server', id, name }, detail }));
  }

  async function describe(tx: Transaction, row: sql.ToolServerRow): Promise<ToolServer> {
    const [[listing], pins] = await Promise.all([
      listingSql.selectListing(tx, { toolServerId: row.id }),
      listingSql.selectPins(tx, { toolServerId: row.id }),
    ]);
    return describeServer(stateOf(row, listing, pins));
  }

  return {
    async list(organizationId: string): Promise<ToolServer[]> {
      return (await readStates(db, organizationId)).map(describeServer);
    },

    /** @returns undefined for a deleted one */
    async find(id: string): Promise<sql.ToolServerRow | undefined> {
      return (await sql.selectToolServer(db, { id }))[0];
    },

    /** @throws 403 `operator_only`, 409 `slug_taken`, `too_many_tool_servers`, `no_encryption_key`, 422 */
    async add(actor: Person, identity: Identity, organizationId: string, input: BodyOf<typeof addToolServer>): Promise<ToolServer> {
      if (input.privateNetwork) requireOperator(identity);
      if (input.privateNetwork) await requireListed(input.url);
      const id = uuid();
      const { slug, name, privateNetwork } = input;
      const { url, token, headers, headerNames, query, queryNames } = sealSettings(credentials, id, undefined, input);
      return db.transaction(async (tx) => {
        const [row] = await sql
          .insertToolServer(tx, {
            id,
            organizationId,
            slug,
            name,
            url,
            token,
            headers,
            headerNames,
            query,
            queryNames,
            privateNetwork,
            userId: actor.userId,
            max: MAX_TOOL_SERVERS,
          })
          .catch(nameTakenProblem(slug));
        if (!row) throw conflict('too_many_tool_servers', texts.problems.tooMany(MAX_TOOL_SERVERS));
        record(tx, actor, 'tool_server.create', row, { host: hostOf(row), privateNetwork });
        return describe(tx, row);
      });
    },

    /** @throws 404, and as `add` */
    async change(actor: Person, identity: Identity, id: string, changes: BodyOf<typeof changeToolServer>): Promise<ToolServer> {
      const [before] = await sql.selectToolServer(db, { id });
      // Resolved before the transaction, which must not wait for DNS; calls are checked anyway.
      if (before && needsOperator(before, changes)) {
        requireOperator(identity);
        await requireListed(changes.url ?? before.url);
      }
      return db
        .transaction(async (tx) => {
          const [row] = await sql.lockToolServer(tx, { id });
          if (!row) throw notFound('tool server');
          if (needsOperator(row, changes)) requireOperator(identity);
          const { url, token, headers, headerNames, query, queryNames } = sealSettings(credentials, id, row, changes);
          const [changed] = await sql.updateToolServer(tx, {
            id,
            slug: changes.slug ?? row.slug,
            name: changes.name ?? row.name,
            url,
            token,
            headers,
            headerNames,
            query,
            queryNames,
            disabledTools: [...new Set(changes.disabledTools ?? row.disabled_tools)],
            enabled: changes.enabled ?? row.enabled,
            privateNetwork: changes.privateNetwork ?? row.private_network,
          });
          if (!changed) throw new Error('update returned no tool server');
          record(tx, actor, 'tool_server.change', changed, { changed: Object.keys(changes), host: hostOf(changed) });
          return describe(tx, changed);
        })
        .catch(nameTakenProblem(changes.slug ?? ''));
    },

    async remove(actor: Person, id: string): Promise<void> {
      await db.transaction(async (tx) => {
        const [row] = await sql.deleteToolServer(tx, { id });
        if (!row) throw notFound('tool server');
        record(tx, actor, 'tool_server.delete', row, { host: hostOf(row) });
      });
    },

    /** Seals URL parameters entered before sealing existed. Not at start: the previous version cannot read sealed ones. */
    async sealAddresses(): Promise<void> {
      if (!credentials.canSeal) return;
      for (const { id, url: before } of await sql.selectOpenAddresses(db, { limit: MAX_SEALED })) {
        const { url, query, queryNames } = splitAddress(before);
        if (query !== undefined) await sql.sealAddress(db, { id, before, url, query: credentials.seal(query, id), queryNames });
      }
    },
  };
}

/** Addresses sealed in one night. */
const MAX_SEALED = 1000;

/** Anyone else could point it at any address in the installation's own network. */
function needsOperator(row: sql.ToolServerRow, { url, privateNetwork = row.private_network }: BodyOf<typeof changeToolServer>): boolean {
  const moves = url !== undefined && splitAddress(url).url !== splitAddress(row.url).url;
  return privateNetwork && (!row.private_network || moves);
}

/** The part of its address that may be shown: the rest may contain a secret. */
const hostOf = ({ url }: sql.ToolServerRow) => new URL(url).host;

function requireOperator(identity: Identity): void {
  if (isOperator(identity)) return;
  throw forbidden(texts.problems.operatorOnly, 'operator_only');
}

function nameTakenProblem(slug: string): (error: unknown) => never {
  return (error) => {
    if (!violates(error, 'tool_servers_slug')) throw error;
    throw conflict('slug_taken', texts.problems.slugTaken(slug));
  };
}
