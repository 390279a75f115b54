/** Starts runs: new ones or branches of another, for a person, or for a schedule or trigger on behalf of one. */

import { v7 as uuid } from 'uuid';
import type { Budget } from '#features/agents/budget.ts';
import type { Agents } from '#features/agents/server/agents.ts';
import type { Actor, AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { Files } from '#features/files/server/files.ts';
import type { Limits } from '#features/limits/server/limits.ts';
import type { Models } from '#features/models/server/models.ts';
import { levelFor } from '#features/policies/policy.ts';
import { isAutonomous, type Policies, type Rules, requireLevel, requireSwitchedOn } from '#features/policies/server/policies.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import { lockProject } from '#features/projects/server/projects.ts';
import type { Run } from '#features/runs/contract.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { forbidden, HttpProblem, notFound } from '#kernel/errors.ts';
import { doOnce, type IdempotencyKey } from '#kernel/idempotency.ts';
import type { EventData, MessageContext } from '../../events.ts';
import type { Goal } from '../../plan.ts';
import { appendEvents } from '../log/append.ts';
import { sizeOfOutputs } from '../log/queries.ts';
import type { RunQueue } from '../log/run-queue.ts';
import { readContext } from '../loop/message-context.ts';
import { texts as budgets } from '../texts/budgets.ts';
import { texts } from '../texts/problems.ts';
import * as sql from './queries.ts';
import type { RunCap } from './run-cap.ts';

interface Options {
  db: Database;
  projects: Projects;
  files: Files;
  models: Models;
  agents: Agents;
  policies: Policies;
  auditLog: AuditLog;
  cap: RunCap;
  limits: Pick<Limits, 'autonomyOf'>;
  queue: Pick<RunQueue, 'announce'>;
}

export interface StartInput {
  message: string;
  level?: Run['level'] | undefined;
  agentId?: string | undefined;
  model?: string | undefined;
  budget?: Budget | undefined;
  goal?: Goal | undefined;
  /** IANA time zone of the author of the message. */
  timeZone?: string | undefined;
}

export interface BranchInput extends Pick<StartInput, 'message' | 'model' | 'timeZone'> {
  /** Number of the message that the branch replaces. */
  event: number;
}

/** The schedule or trigger that starts a run; `name` is stored for when it has been deleted. */
type RunOrigin = { kind: 'schedule' | 'trigger'; id: string; name: string };

/** Payload of a start. A model reads it as data; `source` describes its origin. */
interface Payload {
  source: string;
  text: string;
}

/** A person asks for a run to work at a level. */
interface Wanted {
  actor: Actor;
  organizationId: string;
  projectId: string;
  level: Run['level'];
  origin?: Pick<Run['origin'], 'kind'>;
}

interface StartContext extends Wanted {
  model: string;
  budget: Budget;
  agent: { id: string; version: number; name: string; changedBy?: { id: string | null; name: string } } | null;
  goal: Goal | null;
  message: string;
  context: MessageContext;
  origin?: RunOrigin;
  payload?: Payload | undefined;
  source?: { run: string; event: number };
}

export type Start = ReturnType<typeof createStart>;

export const messageOf = ({ userId, name }: Actor, text: string, context: MessageContext, payload?: Payload): EventData => ({
  type: 'message',
  data: { text, by: { id: userId, name }, context, ...(payload && { payload }) },
});

export function createStart({ db, projects, files, models, agents, policies, auditLog, cap, limits, queue }: Options) {
  /** @throws 422 for a model that is not available, or whose price is unknown but required */
  async function chooseModel(organizationId: string, wanted: string | undefined, budget: Budget): Promise<string> {
    const id = await models.choose(organizationId, wanted);
    if (budget.cost === undefined || (await models.open(organizationId, id))?.price) return id;
    throw new HttpProblem(422, 'price_unknown', budgets.noPrice(id));
  }

  async function plan(organizationId: string, projectId: string, input: StartInput) {
    const agent = input.agentId === undefined ? undefined : await agents.use(organizationId, input.agentId);
    const budget = { ...agent?.budget, ...input.budget };
    const model = await chooseModel(organizationId, input.model ?? agent?.model ?? undefined, budget);
    const level = input.level ?? agent?.level ?? 'supervised';
    return {
      level,
      model,
      budget,
      agent: agent ?? null,
      goal: input.goal ?? null,
      message: input.message,
      context: await readContext(files, projectId, input.timeZone),
    };
  }

  /** A person who sends a command to a run uses its level. @throws 403 `level_not_allowed` */
  async function requireOwnLevel({ actor, organizationId, projectId, level }: Omit<Wanted, 'origin'>): Promise<Rules> {
    const rules = await policies.rulesFor(organizationId, projectId, actor.userId);
    try {
      requireLevel(rules, level);
    } catch (error) {
      await auditLog.record(db, {
        organizationId,
        projectId,
        actor,
        action: 'level.refuse',
        subject: { kind: 'level', id: null, name: level },
      });
      throw error;
    }
    return rules;
  }

  /** @throws 403 `level_not_allowed`, 409 `autonomy_off` */
  async function requireAllowed({ level, origin, ...wanted }: Wanted): Promise<void> {
    const rules = await requireOwnLevel({ level, ...wanted });
    if (isAutonomous({ level, origin: origin?.kind ?? 'person' })) requireSwitchedOn(rules);
  }

  /**
   * Nobody reviews an agent before a schedule or trigger uses it, so its instructions must come from a person who may use the level.
   * @throws 403 `agent_changed`
   */
  async function requireAgentOf({ organizationId, projectId, level, agent }: StartContext, { kind }: RunOrigin): Promise<void> {
    if (!agent?.changedBy) return;
    const { id, name } = agent.changedBy;
    const rules = await policies.rulesFor(organizationId, projectId, id);
    if (levelFor(rules.policies, rules.role, level) === level) return;
    throw forbidden(texts.start.agentChanged[kind](agent.name, name, level), 'agent_changed');
  }

  /** A branch copies the long results of its run. @throws 409 `storage_limit_reached` */
  async function countCopied(tx: Transaction, projectId: string, { run, event }: NonNullable<StartContext['source']>): Promise<void> {
    const [, [copied]] = await Promise.all([lockProject(tx, { projectId }), sizeOfOutputs(tx, { from: run, before: event })]);
    await files.storage.add(tx, projectId, copied?.bytes ?? 0);
  }

  async function store(tx: Transaction, beginning: StartContext): Promise<string> {
    const { actor, organizationId, projectId, level, model, budget, agent, goal, message, context, origin, payload, source } = beginning;
    const id = uuid();
    const title = titleOf(message);
    if (source) await countCopied(tx, projectId, source);
    // Sent alone: two statements together might wait twice as long for a locked table.
    await cap.require(tx, actor.userId, id);
    const [row] = await sql.insertRun(tx, {
      id,
      projectId,
      userId: actor.userId,
      title,
      level,
      model,
      budget: JSON.stringify(budget),
      agentId: agent?.id ?? null,
      agentVersion: agent?.version ?? null,
      branchedFrom: source?.run ?? null,
      branchedAt: source?.event ?? null,
      goal: goal && JSON.stringify(goal),
      origin: origin?.kind ?? 'person',
      originId: origin?.id ?? null,
      originName: origin?.name ?? null,
    });
    if (!row) throw notFound('project');
    if (source) tx.withCommit(sql.copyEvents(tx, { from: source.run, before: source.event, to: id }));
    const branch: EventData[] = source ? [{ type: 'branch', data: { runId: source.run, event: source.event } }] : [];
    tx.withCommit(appendEvents(tx, id, [...branch, messageOf(actor, message, context, payload)]));
    const action = source ? 'run.branch' : 'run.start';
    const detail = { level, model, ...(origin && { origin }), ...(source && { from: source.run }) };
    tx.withCommit(
      auditLog.record(tx, { organizationId, projectId, actor, action, runId: id, subject: { kind: 'run', id, name: title }, detail }),
    );
    queue.announce(tx);
    return id;
  }

  return {
    requireAllowed,
    requireOwnLevel,
    chooseModel,

    /** @throws 404 and 409 for an agent, 422 for a model that cannot be used, 403 for a level, 409 while autonomy is off or with `run_limit_reached` */
    start: (actor: Actor, projectId: string, input: StartInput, once?: IdempotencyKey): Promise<string> =>
      doOnce(db, once, async () => {
        const organizationId = await projects.organizationOf(projectId);
        const beginning = { actor, organizationId, projectId, ...(await plan(organizationId, projectId, input)) };
        await requireAllowed(beginning);
        return (tx) => store(tx, beginning);
      }),

    /**
     * Checks that a run may start on behalf of a person who is not present.
     * @returns a function that starts it in the caller's transaction and returns its id
     * @throws as `start`, and 403 `not_a_member` if the person has left, 403 `agent_changed`, 429 for too many in a minute
     */
    async prepare(wanted: {
      userId: string | null;
      projectId: string;
      input: StartInput;
      origin: RunOrigin;
      payload?: Payload | undefined;
    }): Promise<(tx: Transaction) => Promise<string>> {
      const { userId, projectId, input, origin, payload } = wanted;
      const organizationId = await projects.organizationOf(projectId);
      const { role, name } = await policies.rulesFor(organizationId, projectId, userId);
      if (userId === null || role === null) throw forbidden(texts.start.noMember[origin.kind], 'not_a_member');
      const actor = { userId, name };
      const beginning = { actor, organizationId, projectId, ...(await plan(organizationId, projectId, input)), origin, payload };
      await requireAllowed(beginning);
      await requireAgentOf(beginning, origin);
      await cap.check(db, userId);
      await limits.autonomyOf(userId);
      return (tx) => store(tx, beginning);
    },

    /** @throws 422 if the event is not a message, 403 for a level, 409 while autonomy is off, or with `run_limit_reached` or `storage_limit_reached` */
    branch: (actor: Actor, source: Run, { event, message, model: wanted, timeZone }: BranchInput, once?: IdempotencyKey): Promise<string> =>
      doOnce(db, once, async () => {
        const [found] = await sql.selectEvent(db, { id: source.id, seq: event });
        if (found?.type !== 'message') throw new HttpProblem(422, 'no_message', texts.start.noMessage(event));
        const { projectId, level, budget, agent, goal } = source;
        const organizationId = await projects.organizationOf(projectId);
        await requireAllowed({ actor, organizationId, projectId, level });
        const model = await chooseModel(organizationId, wanted ?? source.model, budget);
        const context = await readContext(files, projectId, timeZone);
        const beginning = { actor, organizationId, projectId, level, model, budget, agent, goal, message, context };
        return (tx) => store(tx, { ...beginning, source: { run: source.id, event } });
      }),
  };
}

function titleOf(message: string): string {
  const line = message.split('\n')[0]?.trim() ?? '';
  return line.length > 80 ? `${line.slice(0, 79).trimEnd()}…` : line;
}
