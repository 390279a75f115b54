/** All generator processes of a run as one: users are distributed evenly, measurements are merged. */
import { addStates } from './add-states.ts';
import { type Generator, startGenerator } from './generator.ts';
import type { StartOptions, State } from './messages.ts';

export type Generators = Awaited<ReturnType<typeof startGenerators>>;

/** Far enough apart that no two users of a run have the same seed. */
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
    /** Signs up users until there are this many. */
    signUp: (users: number) => each((one, index) => one.signUp(share(users, index))),
    signedUp: (): number => all.reduce((sum, one) => sum + one.signedUp(), 0),
    /** Closed model. @param ramp milliseconds within which new users begin */
    setUsers: (users: number, ramp: number) => each((one, index) => one.setUsers(share(users, index), ramp)),
    /** Open model. */
    receive: (perSecond: number) => each((one) => one.receive(perSecond / count)),
    /** Signs out all signed-in users; they are idle by then. */
    signOut: () => each((one) => one.signOut()),
    /** Measurements since the last call. */
    takeState: () => states((one) => one.takeState()),
    /** All users finish their current step. */
    end: () => states((one) => one.end()),
    stop,
  };
}
