/** A generator process: some of the virtual users, controlled by its parent process, with which it exits. */
import { createArrivals } from '../arrivals.ts';
import { type Connections, createConnections } from '../connection.ts';
import { messageOf } from '../failure.ts';
import { createMeasurements } from '../measure.ts';
import { measuredSteps } from '../steps.ts';
import { signOutUsers, signUpUsers, type VirtualUser } from '../users.ts';
import { createWalk, type Walk } from '../walk.ts';
import type { Answer, Message, Order, StartOptions, State } from './messages.ts';

const measurements = createMeasurements(measuredSteps);
const users: VirtualUser[] = [];
let begun: { beginning: StartOptions; connections: Connections[]; walk: Walk } | undefined;

/** Messages are lost when the parent is gone, and then this process exits too. */
const tell = (message: Message) => void process.send?.(message, undefined, undefined, () => undefined);

process.on('message', ({ order, ...told }: Order & { order: number }) => {
  execute(told).then(
    (answer) => tell({ order, answer }),
    (error: unknown) => tell({ order, failure: messageOf(error) }),
  );
});
process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole foreground group; the parent determines when this process ends.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);

async function execute(order: Order): Promise<Answer> {
  if (order.do === 'begin') {
    const { beginning } = order;
    const walk = createWalk({ measurements, think: beginning.think, seed: beginning.seed });
    begun = { beginning, connections: beginning.origins.map(createConnections), walk };
    return {};
  }
  if (!begun) throw new Error('A generator was given an order before its beginning');
  const { beginning, connections, walk } = begun;
  switch (order.do) {
    case 'signUp':
      await signUp(order.users - users.length, beginning, connections);
      return {};
    case 'setUsers':
      walk.setUsers(users.slice(0, order.users), order.ramp);
      return {};
    case 'receive':
      void walk.receive(users, createArrivals(order.perSecond, beginning.seed));
      return {};
    case 'signOut':
      await signOutUsers(users);
      // As browsers do in the end; else the server would keep as many as were ever open at once.
      for (const each of connections) each.closeIdle();
      return {};
    case 'takeBatch':
      return { state: readState(walk) };
    case 'end':
      await walk.end();
      return { state: readState(walk) };
  }
}

async function signUp(count: number, { staySignedIn }: StartOptions, connections: Connections[]): Promise<void> {
  if (count <= 0) return;
  let signedUp = users.length;
  users.push(...(await signUpUsers({ connections, count, staySignedIn, onSignedUp: () => tell({ signedUp: ++signedUp }) })));
}

function readState(walk: Walk): State {
  const { user, system } = process.cpuUsage();
  return { batch: measurements.takeBatch(), ...walk.counts(), cpu: user + system };
}
