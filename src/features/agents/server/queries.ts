import type { Budget } from '#features/agents/budget.ts';
import type { VersionEntry } from '#features/agents/contract.ts';
import { statement } from '#kernel/database/statement.ts';

interface SettingsRow {
  version: number;
  name: string;
  instructions: string;
  model: string | null;
  tools: string[] | null;
  level: VersionEntry['level'];
  budget: Budget;
}

export interface VersionRow extends SettingsRow {
  at: string;
  user_id: string | null;
  user_name: string | null;
}

export interface AgentRow extends VersionRow {
  id: string;
  organization_id: string;
  archived: boolean;
}

type Values = [
  name: string,
  instructions: string,
  model: string | null,
  tools: readonly string[] | null,
  level: string,
  budget: string,
  userId: string,
];

const settings = 'v.version, v.name, v.instructions, v.model, v.tools, v.level, v.budget';
const versions = 'agent_versions v left join users u on u.id = v.user_id';
const newest = `select a.id, a.organization_id, a.archived_at is not null as archived, ${settings}, v.at, v.user_id, u.name as user_name
  from agents a join ${versions} on true where v.agent_id = a.id and v.version = a.version`;

export const selectAgent = statement<AgentRow, [id: string]>('agents.select', `${newest} and a.id = $1`);

/** Without their instructions, of which there may be megabytes. */
export const selectAgents = statement<AgentRow, [organizationId: string, archived: boolean, limit: number]>(
  'agents.select-all',
  `${newest.replace('v.instructions', `'' as instructions`)}
   and a.organization_id = $1 and (a.archived_at is not null) = $2 order by lower(a.name), a.id limit $3`,
);

export const selectVersion = statement<SettingsRow, [agentId: string, version: number]>(
  'agents.select-version',
  `select ${settings} from agent_versions v where v.agent_id = $1 and v.version = $2`,
);

export const selectVersions = statement<VersionRow, [agentId: string, before: number, limit: number]>(
  'agents.select-versions',
  `select ${settings}, v.at, v.user_id, u.name as user_name from ${versions}
   where v.agent_id = $1 and v.version < $2 order by v.version desc limit $3`,
);

export const insertAgent = statement<never, [id: string, organizationId: string, ...Values]>(
  'agents.insert',
  `with agent as (insert into agents (id, organization_id, name) values ($1, $2, $3))
   insert into agent_versions (agent_id, version, name, instructions, model, tools, level, budget, user_id)
   values ($1, 1, $3, $4, $5, $6, $7, $8, $9)`,
);

/** No row when the agent has another newest version by now, or is archived. */
export const insertVersion = statement<{ version: number }, [id: string, basedOn: number, ...Values]>(
  'agents.insert-version',
  `with agent as (
     update agents set name = $3, version = version + 1, changed_at = now()
     where id = $1 and version = $2 and archived_at is null returning version
   )
   insert into agent_versions (agent_id, version, name, instructions, model, tools, level, budget, user_id)
   select $1, version, $3, $4, $5, $6, $7, $8, $9 from agent returning version`,
);

/** Archiving what is archived already leaves the time at which it was. */
export const archiveAgent = statement<{ id: string }, [id: string]>(
  'agents.archive',
  'update agents set archived_at = now(), changed_at = now() where id = $1 and archived_at is null returning id',
);

export const restoreAgent = statement<{ id: string }, [id: string]>(
  'agents.restore',
  'update agents set archived_at = null, changed_at = now() where id = $1 and archived_at is not null returning id',
);
