/** Four eyes: where a policy asks for it, people who steered a run do not approve its requests. */
import * as z from 'zod';
import type { OriginKind } from './contract.ts';
import type { GivenChoice } from './events.ts';
import { texts } from './texts/steering.ts';

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

/** Why somebody may not approve. */
export const describeSteering = (how: Steering): string => texts[how];
