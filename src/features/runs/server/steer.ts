/** What people say to a run that is there: messages, stop, retry, answers. Each is taken once, on whichever server it comes in. */
import type { Budget } from '#features/agents/budget.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { conflict, notFound } from '#kernel/errors.ts';
import type { Identity } from '#kernel/http/route.ts';
import { publish } from '#kernel/live.ts';
import type { AnswerChoice, EventData, RunEvent } from '../events.ts';
import { appendEvents } from './append.ts';
import * as sql from './queries.ts';
import type { Readers } from './readers.ts';
import { messageOf } from './start.ts';

export function createSteer({ db, readers }: { db: Database; readers: Readers }) {
  /** Adds what a person said, after `prepare` has seen to it that the run goes on. */
  async function say(runId: string, said: EventData, prepare: (tx: Transaction) => Promise<unknown>): Promise<void> {
    const stored = await db.transaction(async (tx): Promise<RunEvent[] | undefined> => {
      await prepare(tx);
      const events = await appendEvents(tx, runId, [said]);
      await publish(tx, 'run-queued', '');
      return events;
    });
    if (!stored) throw notFound('run');
    readers.deliver(runId, stored);
  }

  const by = ({ id, name }: Identity) => ({ id, name });

  return {
    /** Adds a message; a run that had ended or waits goes on with it. */
    send: (identity: Identity, runId: string, text: string): Promise<void> =>
      say(runId, messageOf(identity, text), (tx) => sql.requeue(tx, runId)),

    /** @throws 409 for a run that neither failed nor was stopped */
    retry: (identity: Identity, runId: string, budget: Budget): Promise<void> =>
      say(runId, { type: 'retry', data: { by: by(identity) } }, async (tx) => {
        const [row] = await sql.requeueEnded(tx, runId, JSON.stringify(budget));
        if (!row)
          throw conflict('not_ended', 'Only a run that failed or was stopped can be retried. Send a message to let this one go on.');
      }),

    /** @throws 404 where nothing is asked, 409 with who answered already, or when the run has ended or gone on since; 422 */
    answer: (
      identity: Identity,
      runId: string,
      given: { callId: string; choice: AnswerChoice; note?: string | undefined },
    ): Promise<void> => {
      const { callId, choice, note } = given;
      const data = { callId, choice, by: by(identity), ...(note ? { note } : {}) };
      return say(runId, { type: 'answer', data }, async (tx) => {
        const [[run], [asked]] = await Promise.all([sql.lockAnyRun(tx, runId), sql.selectQuestion(tx, runId, callId)]);
        requireOpen(run?.status, asked, choice);
        await sql.requeueWaiting(tx, runId);
      });
    },

    /** Stops a run wherever it is at work; one that has ended stays as it is. */
    async stop(runId: string): Promise<void> {
      await db.transaction(async (tx) => {
        const [run] = await sql.stopRun(tx, runId);
        if (run?.status === 'running') await publish(tx, 'run-stop', runId);
        if (run?.status === 'stopped') await appendEvents(tx, runId, [{ type: 'end', data: { status: 'stopped' } }]);
      });
    },
  };
}

function requireOpen(
  status: sql.RunRow['status'] | undefined,
  asked: (RunEvent & { superseded: boolean }) | undefined,
  choice: AnswerChoice,
): void {
  if (asked?.type === 'answer') {
    const { by, choice: given } = asked.data;
    throw conflict('answered_already', `${by.name} has answered this already: ${given}.`, { by, choice: given, at: asked.at });
  }
  if (asked?.type !== 'question') throw notFound('question');
  if (status !== 'waiting' || asked.superseded)
    throw conflict('not_waiting', 'The run does not wait for this answer any more: it has ended or gone on.');
  if (!asked.data.choices.includes(choice))
    throw conflict('no_such_choice', `This cannot be answered with ${choice}. Choose one of: ${asked.data.choices.join(', ')}.`);
}
