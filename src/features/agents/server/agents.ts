/**
 * Agents: the workers in runs. An agent has a name, instructions, a model, tools, and the level and budget its runs start with. Every
 * change makes a new version, and versions are immutable, so a run can show exactly the instructions it received.
 */
import { isDeepStrictEqual } from 'node:util';
import { v7 as uuid } from 'uuid';
import type { Budget } from '#features/agents/budget.ts';
import {
  type Agent,
  type AgentEntry,
  type AgentSettings,
  type AgentTool,
  type changeAgent,
  MAX_LISTED,
  MAX_VERSION,
  VERSIONS_PER_PAGE,
  type VersionEntry,
} from '#features/agents/contract.ts';
import type { Action } from '#features/audit-log/actions.ts';
import type { Actor, AuditLog, Person } from '#features/audit-log/server/audit-log.ts';
import type { Tools } from '#features/tools/server/tools.ts';
import { createBoundedMap } from '#kernel/bounded-map.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { conflict, invalid, notFound, violates } from '#kernel/errors.ts';
import type { BodyOf } from '#wire/contract.ts';
import { texts as wire } from '#wire/texts.ts';
import * as sql from './queries.ts';
import { texts } from './texts.ts';

export type Agents = ReturnType<typeof createAgents>;

/** What a run needs from the version it uses. */
export interface AgentVersion {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly instructions: string;
  /** Null: the model of the person who starts the run. */
  readonly model: string | null;
  /** Null: all tools. */
  readonly tools: readonly string[] | null;
  readonly level: Agent['level'];
  readonly budget: Budget;
}

interface Options {
  db: Database;
  auditLog: AuditLog;
  tools: Tools;
}

/** Most versions cached, each with up to 30,000 characters of instructions. */
const MAX_CACHED_VERSIONS = 200;

type Named = Pick<sql.AgentRow, 'id' | 'name' | 'organization_id'>;

export function createAgents({ db, auditLog, tools: allTools }: Options) {
  const versionCache = createBoundedMap<AgentVersion>(MAX_CACHED_VERSIONS);

  async function find(agentId: string): Promise<sql.AgentRow> {
    const [row] = await sql.selectAgent(db, { id: agentId });
    if (!row) throw notFound('agent');
    return row;
  }

  /** @param had tools the agent already has; it may keep them while they are unavailable, since a tool server may be down */
  async function requireTools(organizationId: string, named: readonly string[] | null, had: readonly string[] = []): Promise<void> {
    const missing = (named ?? []).filter((name) => !had.includes(name));
    if (missing.length === 0) return;
    const known = new Set((await allTools.of(organizationId)).map((tool) => tool.name));
    const errors = (named ?? []).flatMap((name, index) =>
      missing.includes(name) && !known.has(name) ? [{ path: `tools.${index}`, message: texts.problems.noTool(name) }] : [],
    );
    if (errors.length > 0) throw invalid(errors);
  }

  function record(tx: Transaction, actor: Actor, action: Action, agent: Named, detail?: Record<string, unknown>): void {
    const { id, name, organization_id: organizationId } = agent;
    tx.withCommit(auditLog.record(tx, { organizationId, actor, action, subject: { kind: 'agent', id, name }, detail }));
  }

  return {
    /** The organization of an agent and its current version; @throws 404 */
    find,

    async list(organizationId: string, archived: boolean): Promise<{ agents: AgentEntry[]; tools: AgentTool[] }> {
      const [rows, tools] = await Promise.all([
        sql.selectAgents(db, { organizationId, archived, limit: MAX_LISTED }),
        allTools.of(organizationId),
      ]);
      const agents = rows.map((row) => {
        const { instructions: _, ...entry } = describe(row);
        return entry;
      });
      return { agents, tools: tools.map(({ name, description }) => ({ name, description })) };
    },

    /** @throws 409 `name_taken`, 422 with every unknown tool */
    async create(actor: Person, organizationId: string, input: AgentSettings): Promise<Agent> {
      await requireTools(organizationId, input.tools);
      const id = uuid();
      await db.transaction(async (tx) => {
        await sql.insertAgent(tx, { id, organizationId, ...valuesOf(input, actor.userId) }).catch(nameTakenProblem(input.name));
        record(tx, actor, 'agent.create', { id, name: input.name, organization_id: organizationId });
      });
      return describe(await find(id));
    },

    /** @returns the versions before this one, or all; newest first */
    async versions(agentId: string, before = MAX_VERSION, limit = VERSIONS_PER_PAGE): Promise<{ versions: VersionEntry[]; more: boolean }> {
      const rows = await sql.selectVersions(db, { agentId, before, limit: limit + 1 });
      const versions = rows.slice(0, limit).map((row) => ({ version: row.version, ...settingsOf(row), at: row.at, by: authorOf(row) }));
      return { versions, more: rows.length > limit };
    },

    /**
     * Makes a new version, unless nothing would change.
     * @throws 409 `changed_meanwhile` with the current agent, `agent_archived`, `name_taken`; 422 as `create`
     */
    async change(actor: Person, current: sql.AgentRow, { basedOn, ...changes }: BodyOf<typeof changeAgent>): Promise<Agent> {
      if (current.archived) throw archived(current.name);
      if (current.version !== basedOn) throw changedMeanwhile(current);
      const before = settingsOf(current);
      const wanted: AgentSettings = { ...before, ...changes };
      if (isDeepStrictEqual(wanted, before)) return describe(current);
      await requireTools(current.organization_id, wanted.tools, current.tools ?? []);
      const made = await db.transaction(async (tx) => {
        const values = valuesOf(wanted, actor.userId);
        const [row] = await sql.insertVersion(tx, { id: current.id, basedOn, ...values }).catch(nameTakenProblem(wanted.name));
        const changed = Object.entries(wanted).flatMap(([name, value]) =>
          isDeepStrictEqual(value, before[name as keyof AgentSettings]) ? [] : name,
        );
        if (row) record(tx, actor, 'agent.change', { ...current, name: wanted.name }, { version: row.version, changed });
        return row;
      });
      const now = await find(current.id);
      if (!made) throw now.archived ? archived(now.name) : changedMeanwhile(now);
      return describe(now);
    },

    async archive(actor: Actor, agent: sql.AgentRow): Promise<void> {
      await db.transaction(async (tx) => {
        const [archived] = await sql.archiveAgent(tx, { id: agent.id });
        if (archived) record(tx, actor, 'agent.archive', agent);
      });
    },

    /** @throws 409 `name_taken` if another agent has taken its name */
    async restore(actor: Actor, agent: sql.AgentRow): Promise<Agent> {
      await db.transaction(async (tx) => {
        const [restored] = await sql.restoreAgent(tx, { id: agent.id }).catch(nameTakenProblem(agent.name));
        if (restored) record(tx, actor, 'agent.restore', agent);
      });
      return describe(await find(agent.id));
    },

    /**
     * The newest version, for a run that starts.
     * @throws 404 if the agent is not in this organization, 409 `agent_archived`
     */
    async use(organizationId: string, agentId: string): Promise<AgentVersion & { changedBy: Agent['changedBy'] }> {
      const row = await find(agentId);
      if (row.organization_id !== organizationId) throw notFound('agent');
      if (row.archived) throw archived(row.name);
      return { id: agentId, version: row.version, ...settingsOf(row), changedBy: authorOf(row) };
    },

    /** @returns a version, archived or not, from the cache if possible; undefined if its organization is gone */
    async version(agentId: string, version: number): Promise<AgentVersion | undefined> {
      const key = `${agentId} ${version}`;
      const known = versionCache.get(key);
      if (known) return known;
      const [row] = await sql.selectVersion(db, { agentId, version });
      if (!row) return undefined;
      const found: AgentVersion = { id: agentId, version, ...settingsOf(row) };
      versionCache.set(key, found);
      return found;
    },
  };
}

export function describe(row: sql.AgentRow): Agent {
  const { id, organization_id: organizationId, version, archived, at } = row;
  return { id, organizationId, version, ...settingsOf(row), archived, changedAt: at, changedBy: authorOf(row) };
}

const settingsOf = ({ name, instructions, model, tools, level, budget }: AgentSettings): AgentSettings => ({
  name,
  instructions,
  model,
  tools,
  level,
  budget,
});

const valuesOf = (settings: AgentSettings, userId: string) => ({
  ...settingsOf(settings),
  tools: settings.tools && [...new Set(settings.tools)],
  budget: JSON.stringify(settings.budget),
  userId,
});

const authorOf = (row: sql.VersionRow) => ({ id: row.user_id, name: row.user_name ?? wire.formerMember });

const archived = (name: string) => conflict('agent_archived', texts.problems.archived(name));

const changedMeanwhile = (row: sql.AgentRow) =>
  conflict('changed_meanwhile', texts.problems.changedMeanwhile(authorOf(row).name), {
    agent: describe(row),
  });

function nameTakenProblem(name: string): (error: unknown) => never {
  return (error) => {
    throw violates(error, 'agents_name') ? conflict('name_taken', texts.problems.nameTaken(name)) : error;
  };
}
