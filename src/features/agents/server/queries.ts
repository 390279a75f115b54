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

interface Values {
  name: string;
  instructions: string;
  model: string | null;
  tools: readonly string[] | null;
  level: VersionEntry['level'];
  budget: string;
  userId: string;
}

const settings = 'v.version, v.name, v.instructions, v.model, v.tools, v.level, v.budget';
const versions = 'agent_versions v left join users u on u.id = v.user_id';
const newest = `select a.id, a.organization_id, a.archived_at is not null as archived, ${settings}, v.at, v.user_id, u.name as user_name
  from agents a join ${versions} on true where v.agent_id = a.id and v.version = a.version`;

export const selectAgent = statement<AgentRow, { id: string }>('agents.select', `${newest} and a.id = $id`);

/** Without the instructions, which may add up to megabytes. */
export const selectAgents = statement<AgentRow, { organizationId: string; archived: boolean; limit: number }>(
  'agents.select-all',
  `${newest.replace('v.instructions', `'' as instructions`)}
   and a.organization_id = $organizationId and (a.archived_at is not null) = $archived order by lower(a.name), a.id limit $limit`,
);

export const selectVersion = statement<SettingsRow, { agentId: string; version: number }>(
  'agents.select-version',
  `select ${settings} from agent_versions v where v.agent_id = $agentId and v.version = $version`,
);

export const selectVersions = statement<VersionRow, { agentId: string; before: number; limit: number }>(
  'agents.select-versions',
  `select ${settings}, v.at, v.user_id, u.name as user_name from ${versions}
   where v.agent_id = $agentId and v.version < $before order by v.version desc limit $limit`,
);

export const insertAgent = statement<never, { id: string; organizationId: string } & Values>(
  'agents.insert',
  `with agent as (insert into agents (id, organization_id, name) values ($id, $organizationId, $name))
   insert into agent_versions (agent_id, version, name, instructions, model, tools, level, budget, user_id)
   values ($id, 1, $name, $instructions, $model, $tools, $level, $budget, $userId)`,
);

/** Returns no row if the agent has a newer version or is archived. */
export const insertVersion = statement<{ version: number }, { id: string; basedOn: number } & Values>(
  'agents.insert-version',
  `with agent as (
     update agents set name = $name, version = version + 1, changed_at = now()
     where id = $id and version = $basedOn and archived_at is null returning version
   )
   insert into agent_versions (agent_id, version, name, instructions, model, tools, level, budget, user_id)
   select $id, version, $name, $instructions, $model, $tools, $level, $budget, $userId from agent returning version`,
);

/** Archiving an archived agent keeps its `archived_at`. */
export const archiveAgent = statement<{ id: string }, { id: string }>(
  'agents.archive',
  'update agents set archived_at = now(), changed_at = now() where id = $id and archived_at is null returning id',
);

export const restoreAgent = statement<{ id: string }, { id: string }>(
  'agents.restore',
  'update agents set archived_at = null, changed_at = now() where id = $id and archived_at is not null returning id',
);
