/** Stores the outcome of a tool call, in one transaction with its file changes and the approval it consumes. */

import { bytesOf, type Edit } from '#features/files/server/files.ts';
import type { ToolCall } from '#features/models/server/model.ts';
import { mayApprove } from '#features/policies/server/policies.ts';
import { lockProject } from '#features/projects/server/projects.ts';
import { MAX_OUTPUT, type Proposal } from '#features/tools/server/tool.ts';
import type { Transaction } from '#kernel/database/pool.ts';
import { HttpProblem } from '#kernel/errors.ts';
import { countCharacters, cut } from '../../characters.ts';
import { lastStep } from '../../conversation.ts';
import type { EventData } from '../../events.ts';
import { describeChangedMeanwhile, type PlanStep } from '../../plan.ts';
import { approvals } from '../approvals/approvals.ts';
import { actorOfRun } from '../approvals/ask.ts';
import { appendEvents } from '../log/append.ts';
import { LostRun } from '../log/claimed-run.ts';
import * as sql from '../log/queries.ts';
import { texts } from '../texts/log.ts';
import type { CallContext, ExecutionResult, RunOutcome } from './call.ts';

interface Approved {
  id: string;
  edits: readonly Edit[];
}

/** The approval is not for exactly this, is gone, or was given by a person who may not approve any more: nothing was done. */
export class NotApproved extends Error {}

/** Characters stored of a result. */
const MAX_STORED = 10_000_000;

/** @param call with the digest of its tool, if it has one: an approval applies only to this digest */
export function createResults(call: ToolCall & { digest?: string | undefined }, callContext: CallContext) {
  const { db, files, policies, findSteering, auditLog, run, claimed, id, signal } = callContext;
  const start = performance.now();

  async function consume(tx: Transaction, approvalId: string, edits: readonly Edit[]): Promise<void> {
    const given = await approvals.consume(tx, approvalId, { tool: call.tool, digest: call.digest, input: call.input, edits });
    const rules = given && (await policies.rulesFor(run.organization_id, run.project_id, given.by, tx));
    if (!rules || !mayApprove(rules) || (await findSteering(tx, rules, run, given.by))) throw new NotApproved();
    files.storage.subtract(tx, run.project_id, bytesOf(edits));
  }

  /** @throws LostRun, NotApproved */
  async function storeEvents(events: EventData[], approved?: Approved): Promise<ExecutionResult> {
    if (approved) return storeWithin(async () => events, { approved });
    await claimed.mustAppend(events);
    return 'stored';
  }

  /** @param how `locksProject` if storage is counted. @throws LostRun, NotApproved */
  async function storeWithin(
    read: (tx: Transaction) => Promise<EventData[]>,
    { approved, locksProject = false }: { approved?: Approved | undefined; locksProject?: boolean } = {},
  ): Promise<ExecutionResult> {
    const stored = await db.transaction(async (tx) => {
      if (locksProject) tx.withCommit(lockProject(tx, { projectId: run.project_id }));
      const [locked] = await sql.lockRun(tx, { id: claimed.id, fence: claimed.fence });
      if (!locked) return undefined;
      if (approved) await consume(tx, approved.id, approved.edits);
      return appendEvents(tx, claimed.id, await read(tx), { fence: claimed.fence });
    });
    if (!stored) throw new LostRun();
    await claimed.ingest(stored);
    return 'stored';
  }

  return {
    /** Stores that a tool of another server is about to be called, also in the audit log, whatever the outcome. */
    storeIntent: (approved?: Approved): Promise<ExecutionResult> =>
      storeWithin(
        async (tx) => {
          signal.throwIfAborted();
          const { project_id: projectId, organization_id: organizationId } = run;
          const subject = { kind: 'tool', id: null, name: call.tool };
          const detail = approved && { approvalId: approved.id };
          tx.withCommit(auditLog.record(tx, { organizationId, projectId, actor: actorOfRun(run), action: 'run.act', subject, detail }));
          return [{ type: 'intent', data: { callId: call.callId, tool: call.tool } }];
        },
        { approved },
      ),

    store: async ({ plan, ...outcome }: RunOutcome, approved?: Approved): Promise<ExecutionResult> => {
      if (plan) return storeWithin((tx) => replan(tx, plan, outcome), { approved });
      if (isLong(outcome)) return storeWithin((tx) => describe(tx, outcome), { approved, locksProject: true });
      return storeEvents([resultOf(outcome)], approved);
    },

    /**
     * Under the locks of the project and the run: a server that has lost the run changes nothing.
     * @throws LostRun, NotApproved, and as `files.apply`
     */
    async apply({ kind, edits, outcome }: Proposal, approvalId: string | undefined): Promise<ExecutionResult> {
      const { project_id: projectId, organization_id: organizationId, user_id: userId } = run;
      const stored = await db.transaction(async (tx) => {
        const [, [locked]] = await Promise.all([lockProject(tx, { projectId }), sql.lockRun(tx, { id: claimed.id, fence: claimed.fence })]);
        if (!locked) return undefined;
        // The project lock may have taken long: do nothing if the run was stopped in the meantime.
        signal.throwIfAborted();
        if (approvalId) await consume(tx, approvalId, edits);
        const change = await files.apply(tx, { projectId, by: { userId, runId: claimed.id, approvalId }, kind, edits });
        const made = change && { id: change.id, number: change.number, paths: change.paths };
        if (made) {
          const subject = { kind: 'change', id: made.id, name: formatPaths(edits) };
          const auditContext = { organizationId, projectId, actor: actorOfRun(run), subject };
          tx.withCommit(
            auditLog.record(tx, { ...auditContext, action: 'run.change', detail: { tool: call.tool, ...(approvalId && { approvalId }) } }),
          );
        }
        return appendEvents(tx, claimed.id, await describe(tx, { ...outcome, ...(made && { change: made }) }), { fence: claimed.fence });
      });
      if (!stored) throw new LostRun();
      await claimed.ingest(stored);
      return 'stored';
    },
  };

  /** Keeps a plan that a person has changed since the model call, and reports that to the model. */
  async function replan(tx: Transaction, steps: PlanStep[], outcome: RunOutcome): Promise<EventData[]> {
    const [current] = await sql.selectPlan(tx, { id: claimed.id });
    const asked = lastStep(claimed.state().turns);
    if (current?.data.by && current.seq > (asked?.seq ?? 0))
      return describe(tx, { ok: false, output: describeChangedMeanwhile(current.data.by.name, current.data.steps) });
    const version = (current?.data.version ?? 0) + 1;
    return [...(await describe(tx, outcome)), { type: 'plan', data: { steps, version, by: null, callId: call.callId } }];
  }

  /**
   * The result for the log. A long one is stored whole in a separate table, or gets a note that the organization has no storage left for
   * it; the caller has locked the project.
   */
  async function describe(tx: Transaction, outcome: RunOutcome): Promise<EventData[]> {
    if (!isLong(outcome)) return [resultOf(outcome)];
    const text = cut(outcome.output, MAX_STORED).replaceAll('\0', '\ufffd').toWellFormed();
    try {
      await files.storage.add(tx, run.project_id, Buffer.byteLength(text));
    } catch (error) {
      if (!(error instanceof HttpProblem) || error.code !== 'storage_limit_reached') throw error;
      const note = `\n\n(The rest of this result was not stored. ${error.message})`;
      return [resultOf({ ...outcome, output: cut(outcome.output, MAX_OUTPUT - note.length) + note })];
    }
    tx.withCommit(sql.putOutput(tx, { runId: claimed.id, id, text }));
    return [resultOf(outcome, { whole: { id, characters: countCharacters(text) } })];
  }

  function resultOf({ ok = true, output, ...more }: RunOutcome, whole?: { whole: { id: string; characters: number } }): EventData {
    const duration = Math.round(performance.now() - start);
    const data = { callId: call.callId, tool: call.tool, ok, output: cut(output, MAX_OUTPUT), duration, ...whole, ...more };
    return { type: 'tool_result', data };
  }
}

const isLong = ({ output }: RunOutcome): boolean => output.length > MAX_OUTPUT;

const formatPaths = (edits: readonly Edit[]): string => texts.paths(edits[0]?.path, edits.length);
