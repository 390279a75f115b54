/** The tools of a server that an admin has turned on, each as the admin saw it. */
import type { AuditLog, Person } from '#features/audit-log/server/audit-log.ts';
import type { changeServerTools } from '#features/connections/contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import { conflict, notFound } from '#kernel/errors.ts';
import type { BodyOf } from '#wire/contract.ts';
import * as listingSql from './listing-queries.ts';
import { pin } from './listings.ts';
import * as sql from './queries.ts';
import { type ServerState, stateOf } from './server-states.ts';
import { texts } from './texts.ts';

export function createToolChoice({ db, auditLog }: { db: Database; auditLog: AuditLog }) {
  async function find(toolServerId: string): Promise<ServerState> {
    const [[row], [listing], pins] = await Promise.all([
      sql.selectToolServer(db, { id: toolServerId }),
      listingSql.selectListing(db, { toolServerId }),
      listingSql.selectPins(db, { toolServerId }),
    ]);
    if (!row) throw notFound('tool server');
    return stateOf(row, listing, pins);
  }

  return {
    /** @throws 404 */
    find,

    /** @throws 404, 409 `tools_changed` if one differs from what the admin saw */
    async change(actor: Person, toolServerId: string, { on, off }: BodyOf<typeof changeServerTools>): Promise<ServerState> {
      await db.transaction(async (tx) => {
        const [row] = await sql.lockToolServer(tx, { id: toolServerId });
        if (!row) throw notFound('tool server');
        const [listing] = await listingSql.selectListing(tx, { toolServerId });
        const chosen = on.map(({ name, digest }) => {
          const listed = listing?.tools.find((tool) => tool.name === name && tool.digest === digest);
          if (listed) return listed;
          throw conflict('tools_changed', texts.problems.toolsChanged(name));
        });
        const turnedOn = new Set(on.map(({ name }) => name));
        const disabled = [...new Set([...row.disabled_tools.filter((name) => !turnedOn.has(name)), ...off])];
        if (chosen.length > 0) await pin(tx, toolServerId, chosen, actor.userId);
        await sql.setDisabledTools(tx, { id: toolServerId, disabledTools: disabled });
        const { name, organization_id: organizationId } = row;
        const subject = { kind: 'tool_server', id: toolServerId, name };
        const detail = {
          ...(on.length > 0 && { on: [...turnedOn].slice(0, MAX_NAMED) }),
          ...(off.length > 0 && { off: off.slice(0, MAX_NAMED) }),
        };
        tx.withCommit(auditLog.record(tx, { organizationId, actor, action: 'tool_server.tools', subject, detail }));
      });
      return find(toolServerId);
    },
  };
}

/** Tools named in an audit entry. */
const MAX_NAMED = 50;
