/** Four eyes: where a policy asks for it, people who steered a run do not approve its requests. */
import * as z from 'zod';
import type { OriginKind } from './contract.ts';
import type { GivenChoice } from './events.ts';

/** How a person steered a run. */
export const steering = z.enum(['start', 'schedule', 'trigger', 'message', 'retry', 'plan', 'note', 'token']).meta({ id: 'Steering' });
export type Steering = z.infer<typeof steering>;

/** An event in a run's log by which an account may have steered it. */
export interface SteeringEvent {
  type: 'message' | 'retry' | 'plan' | 'answer';
  by: string;
  /** Of an answer. */
  choice: GivenChoice | null;
  hasNote: boolean;
}
export const steeringTypes = ['message', 'retry', 'plan', 'answer'] as const satisfies readonly SteeringEvent['type'][];

interface SteeredRun {
  /** The person or service account it works for. */
  userId: string | null;
  origin: OriginKind;
}

/** Agents do not read the note of an approval. */
const executes: readonly (GivenChoice | null)[] = ['allow', 'retry', 'approve', 'renew'];

/**
 * The rule. @param accounts the person and the service accounts whose tokens they created, since either could act for the other
 * @returns how the person steered the run; undefined: they did not, and may approve
 */
export function steeringOf(
  run: SteeredRun,
  events: readonly SteeringEvent[],
  { userId, accounts }: { userId: string; accounts: ReadonlySet<string> },
): Steering | undefined {
  const kinds: Record<SteeringEvent['type'], (event: SteeringEvent) => Steering | undefined> = {
    message: () => 'message',
    retry: () => 'retry',
    plan: () => 'plan',
    answer: ({ choice, hasNote }) => (hasNote && !executes.includes(choice) ? 'note' : undefined),
  };
  const started = { by: run.userId, steering: run.origin === 'person' ? 'start' : run.origin } as const;
  const steered = [started, ...events.map((event) => ({ by: event.by, steering: kinds[event.type](event) }))].filter(
    ({ by, steering }) => steering !== undefined && by !== null && accounts.has(by),
  );
  const own = steered.find(({ by }) => by === userId);
  return own ? own.steering : steered.length > 0 ? 'token' : undefined;
}

const sentences: Record<Steering, string> = {
  start: 'You started this run, so someone else has to approve its requests.',
  schedule: 'Your schedule started this run, so someone else has to approve its requests.',
  trigger: 'Your trigger started this run, so someone else has to approve its requests.',
  message: 'You sent this run a message, so someone else has to approve its requests.',
  retry: 'You retried this run, so someone else has to approve its requests.',
  plan: 'You changed the plan of this run, so someone else has to approve its requests.',
  note: 'You gave this run instructions in a note, so someone else has to approve its requests.',
  token: 'This run was steered with a token of the same person, so someone else has to approve its requests.',
};

/** Why somebody may not approve. */
export const describeSteering = (how: Steering): string => sentences[how];
