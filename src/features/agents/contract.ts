import * as z from 'zod';
import { newName, visibleText } from '#features/accounts/contract.ts';
import { autonomyLevel } from '#features/policies/levels.ts';
import { endpointsOf, id, instant } from '#wire/contract.ts';
import { texts as wire } from '#wire/texts.ts';
import { budget } from './budget.ts';
import { texts } from './texts.ts';

const endpoint = endpointsOf('Agents');

export const MAX_INSTRUCTIONS = 30_000;
/** Most agents in one list. */
export const MAX_LISTED = 1000;
export const VERSIONS_PER_PAGE = 20;

const name = newName(100);
const instructions = z
  .string()
  .trim()
  .min(1, { error: () => texts.noInstructions })
  .max(MAX_INSTRUCTIONS, { error: () => wire.input.atMost(MAX_INSTRUCTIONS) })
  .refine((text) => text.isWellFormed() && !text.includes('\0'), { error: () => texts.notStorable });
/** Not validated here: the set of models changes daily. Starting a run reports a missing model. */
const model = visibleText(200);
/** The organization's connections determine which tools exist. */
const tools = z.array(z.string().max(64)).max(500);

/** The versioned settings of an agent. */
const settings = {
  name: z.string(),
  instructions: z.string(),
  /** Id of a model; null: the model of the person who starts the run. */
  model: z.string().nullable(),
  /** Names of the tools it may use; null: all tools, including ones added later. */
  tools: z.array(z.string()).nullable(),
  level: autonomyLevel,
  budget,
};
const by = z.object({ id: id.nullable(), name: z.string() });

const agent = z
  .object({
    id,
    organizationId: id,
    /** Increases with every change. */
    version: z.int(),
    ...settings,
    /** An archived agent cannot start runs. */
    archived: z.boolean(),
    changedAt: instant,
    changedBy: by,
  })
  .meta({ id: 'Agent' });
export type Agent = z.infer<typeof agent>;

/** An agent in a list. */
const agentEntry = agent.omit({ instructions: true }).meta({ id: 'AgentEntry' });
export type AgentEntry = z.infer<typeof agentEntry>;

const versionEntry = z.object({ version: z.int(), ...settings, at: instant, by }).meta({ id: 'AgentVersionEntry' });
export type VersionEntry = z.infer<typeof versionEntry>;

/** A tool that an agent of the organization may use. */
const agentTool = z.object({ name: z.string(), description: z.string() });
export type AgentTool = z.infer<typeof agentTool>;

const params = z.object({ agentId: id });
export const MAX_VERSION = 2 ** 31 - 1;

export const listAgents = endpoint({
  name: 'listAgents',
  method: 'GET',
  path: '/api/agents',
  summary: 'List an organization’s active or archived agents by name, and the tools an agent can be given.',
  query: z.object({ organization: id.optional(), archived: z.enum(['true', 'false']).default('false') }),
  replies: { 200: z.object({ agents: z.array(agentEntry), tools: z.array(agentTool) }) },
});

const newAgent = z.strictObject({
  name,
  instructions,
  model: model.nullable().default(null),
  tools: tools.nullable().default(null),
  level: autonomyLevel.default('supervised'),
  budget: budget.default({}),
});
export type AgentSettings = z.infer<typeof newAgent>;

export const createAgent = endpoint({
  name: 'createAgent',
  method: 'POST',
  path: '/api/agents',
  summary: 'Create an agent: a name, instructions, a model, tools, and the level and budget its runs start with.',
  query: z.object({ organization: id.optional() }),
  body: newAgent,
  replies: { 201: z.object({ agent }) },
});

export const getAgent = endpoint({
  name: 'getAgent',
  method: 'GET',
  path: '/api/agents/:agentId',
  summary: 'Get an agent and its versions, newest first. `before`: a version.',
  params,
  query: z.object({
    before: z.coerce.number().int().min(1).max(MAX_VERSION).optional(),
    limit: z.coerce.number().int().min(1).max(VERSIONS_PER_PAGE).default(VERSIONS_PER_PAGE),
  }),
  replies: { 200: z.object({ agent, versions: z.array(versionEntry), more: z.boolean() }) },
});

export const changeAgent = endpoint({
  name: 'changeAgent',
  method: 'PATCH',
  path: '/api/agents/:agentId',
  summary: 'Update the given fields, as a new version. Returns 409 with the current agent if `basedOn` is not its newest version.',
  params,
  body: z.strictObject({
    basedOn: z.int().min(1).max(MAX_VERSION),
    name: name.optional(),
    instructions: instructions.optional(),
    model: model.nullable().optional(),
    tools: tools.nullable().optional(),
    level: autonomyLevel.optional(),
    budget: budget.optional(),
  }),
  replies: { 200: z.object({ agent }) },
});

export const archiveAgent = endpoint({
  name: 'archiveAgent',
  method: 'DELETE',
  path: '/api/agents/:agentId',
  summary: 'Archive an agent. No new runs can be started with it; runs that already use it continue.',
  params,
  replies: { 204: 'empty' },
});

export const restoreAgent = endpoint({
  name: 'restoreAgent',
  method: 'POST',
  path: '/api/agents/:agentId/restore',
  summary: 'Restore an archived agent.',
  params,
  replies: { 200: z.object({ agent }) },
});
