/** Begins runs: anew, or from what was said in another one. */
import { v7 as uuid } from 'uuid';
import type { Budget } from '#features/agents/budget.ts';
import type { Agents } from '#features/agents/server/agents.ts';
import type { Models } from '#features/models/server/models.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import type { Run } from '#features/runs/contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import { notFound, Refusal } from '#kernel/errors.ts';
import type { Identity } from '#kernel/http/route.ts';
import { publish } from '#kernel/live.ts';
import type { EventData } from '../events.ts';
import { appendEvents } from './append.ts';
import * as sql from './queries.ts';
import { sayPriceUnknown } from './spending.ts';

interface Options {
  db: Database;
  projects: Projects;
  models: Models;
  agents: Agents;
}

interface Setting {
  level: Run['level'];
  model: string;
  budget: Budget;
  agent: { id: string; version: number } | null;
}

export interface StartInput {
  message: string;
  level?: Run['level'] | undefined;
  agentId?: string | undefined;
  model?: string | undefined;
  budget?: Budget | undefined;
}

export const messageOf = (identity: Identity, text: string): EventData => ({
  type: 'message',
  data: { text, by: { id: identity.id, name: identity.name } },
});

export function createStart({ db, projects, models, agents }: Options) {
  /** @throws 422 for a model that is not available, or whose price would have to be known and is not */
  async function chooseModel(organizationId: string, wanted: string | undefined, budget: Budget): Promise<string> {
    const id = await models.choose(organizationId, wanted);
    if (budget.cost === undefined || (await models.open(organizationId, id))?.price) return id;
    throw new Refusal(422, 'price_unknown', sayPriceUnknown(id));
  }

  async function store(identity: Identity, projectId: string, setting: Setting, message: string, source?: { run: string; event: number }) {
    const id = uuid();
    const { level, model, budget, agent } = setting;
    await db.transaction(async (tx) => {
      const [row] = await sql.insertRun(
        tx,
        id,
        projectId,
        identity.id,
        titleOf(message),
        level,
        model,
        JSON.stringify(budget),
        agent?.id ?? null,
        agent?.version ?? null,
        source?.run ?? null,
        source?.event ?? null,
      );
      if (!row) throw notFound('project');
      if (source) tx.withCommit(sql.copyEvents(tx, source.run, source.event, id));
      const branch: EventData[] = source ? [{ type: 'branch', data: { runId: source.run, event: source.event } }] : [];
      tx.withCommit(appendEvents(tx, id, [...branch, messageOf(identity, message)]));
      tx.withCommit(publish(tx, 'run-queued', ''));
    });
    return id;
  }

  return {
    /** @throws 404 and 409 for an agent, 422 for a model that cannot be used */
    async start(identity: Identity, projectId: string, input: StartInput): Promise<string> {
      const organizationId = await projects.organizationOf(projectId);
      const agent = input.agentId === undefined ? undefined : await agents.use(organizationId, input.agentId);
      const budget = { ...agent?.budget, ...input.budget };
      const model = await chooseModel(organizationId, input.model ?? agent?.model ?? undefined, budget);
      return store(
        identity,
        projectId,
        { level: input.level ?? agent?.level ?? 'supervised', model, budget, agent: agent ?? null },
        input.message,
      );
    },

    /** @throws 422 when there is no message at the event */
    async branch(
      identity: Identity,
      source: Run,
      { event, message, model: wanted }: { event: number; message: string; model?: string | undefined },
    ): Promise<string> {
      const [found] = await sql.selectEvent(db, source.id, event);
      if (found?.type !== 'message')
        throw new Refusal(422, 'no_message', `Event ${event} of this run is not a message. Branch from one of its messages.`);
      const organizationId = await projects.organizationOf(source.projectId);
      const model = await chooseModel(organizationId, wanted ?? source.model, source.budget);
      const { level, budget, agent } = source;
      return store(identity, source.projectId, { level, model, budget, agent }, message, { run: source.id, event });
    },
  };
}

function titleOf(message: string): string {
  const line = message.split('\n')[0]?.trim() ?? '';
  return line.length > 80 ? `${line.slice(0, 79).trimEnd()}…` : line;
}
