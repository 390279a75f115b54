/** All generator processes of a run as one: users are shared out evenly, what was measured is merged. */
import { addStates } from './add-states.ts';
import { type Generator, startGenerator } from './generator.ts';
import type { StartOptions, State } from './messages.ts';

export type Generators = Awaited<ReturnType<typeof startGenerators>>;

/** Apart so far that no two users of a run have the same seed. */
const SEEDS = 1_000_000;

export async function startGenerators(count: number, beginning: Omit<StartOptions, 'seed'>) {
  const started = await Promise.allSettled(
    Array.from({ length: count }, (_, index) => startGenerator({ ...beginning, seed: index * SEEDS })),
  );
  const all = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const stop = async () => void (await Promise.all(all.map((one) => one.stop())));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }

  const share = (users: number, index: number) => Math.floor(users / count) + (index < users % count ? 1 : 0);
  const each = <T>(order: (one: Generator, index: number) => Promise<T>) => Promise.all(all.map(order));
  const states = async (order: (one: Generator) => Promise<State>) => addStates(await each(order));
  return {
    count,
    /** Signs up what is missing until there are so many. */
    signUp: (users: number) => each((one, index) => one.signUp(share(users, index))),
    signedUp: (): number => all.reduce((sum, one) => sum + one.signedUp(), 0),
    /** Closed model. @param ramp milliseconds within which new ones begin */
    setUsers: (users: number, ramp: number) => each((one, index) => one.setUsers(share(users, index), ramp)),
    /** Open model. */
    receive: (perSecond: number) => each((one) => one.receive(perSecond / count)),
    /** Everybody signs out who is signed in; they are at rest by then. */
    signOut: () => each((one) => one.signOut()),
    /** What was measured since the last time. */
    takeState: () => states((one) => one.takeState()),
    /** Everybody finishes the step under way. */
    end: () => states((one) => one.end()),
    stop,
  };
}
