/** One generator process, as seen by its parent process. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, Message, Order, StartOptions, State } from './messages.ts';

const program = fileURLToPath(new URL('./process.ts', import.meta.url));

export type Generator = Awaited<ReturnType<typeof startGenerator>>;

/** @throws Error if it exits by itself; every pending command then fails */
export async function startGenerator(beginning: StartOptions) {
  const child = fork(program, [], { serialization: 'advanced' });
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  let orders = 0;
  let signedUp = 0;
  let gone: Error | undefined;

  child.on('message', (message: Message) => {
    if ('signedUp' in message) {
      signedUp = message.signedUp;
      return;
    }
    const { resolve, reject } = waiting.get(message.order) ?? {};
    waiting.delete(message.order);
    if ('failure' in message) reject?.(new Error(message.failure));
    else resolve?.(message.answer);
  });
  const exited = once(child, 'exit').then(([code, signal]: unknown[]) => {
    gone = new Error(`A generator process ended by itself (${signal ?? `exit code ${code}`}). Start the test again.`);
    for (const { reject } of waiting.values()) reject(gone);
    waiting.clear();
  });

  function ask(order: Order): Promise<Answer> {
    if (gone) return Promise.reject(gone);
    return new Promise((resolve, reject) => {
      waiting.set(++orders, { resolve, reject });
      child.send({ ...order, order: orders }, (error) => error && reject(gone ?? error));
    });
  }

  async function askState(order: Order): Promise<State> {
    const { state } = await ask(order);
    if (!state) throw new Error('A generator answered without its state');
    return state;
  }

  await ask({ do: 'begin', beginning });
  return {
    signUp: (users: number) => ask({ do: 'signUp', users }),
    /** Users signed up so far. */
    signedUp: (): number => signedUp,
    setUsers: (users: number, ramp: number) => ask({ do: 'setUsers', users, ramp }),
    receive: (perSecond: number) => ask({ do: 'receive', perSecond }),
    signOut: () => ask({ do: 'signOut' }),
    takeState: () => askState({ do: 'takeBatch' }),
    end: () => askState({ do: 'end' }),
    /** Aborts everything in progress. */
    async stop(): Promise<void> {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
