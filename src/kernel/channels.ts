/**
 * Every channel on which servers notify each other, and the payload of each. On the wire all of them are one PostgreSQL channel: a
 * message is `<channel> <payload>`, sent by `publish` or by triggers. Servers of the previous version read the same text, so the
 * text of an existing channel never changes. `channels.test.ts` compares this list with the SQL.
 */

/** How a payload is written to the message and read from it. */
interface Payload<P> {
  write(payload: P): string;
  read(text: string): P;
}

/** The payload of an id channel that means every id. */
export const EVERY = '*';

/** An id, or `EVERY`. */
const id: Payload<string> = { write: (payload) => payload, read: (text) => text };
const nothing: Payload<void> = { write: () => '', read: () => undefined };

/** Channels whose payload is one id: caches drop their entries by them. */
const idChannels = {
  /** A user's name, address, organizations or roles changed. */
  user: id,
  /** A session changed or ended; its id is the hash of the secret one. */
  session: id,
  /** A project was deleted, or moved to another organization. */
  project: id,
  /** An organization's list of projects changed; its id is the organization's, as in the channels below. */
  projects: id,
  /** Providers or settings of models. */
  models: id,
  /** Tool servers, their tools, or the hosts whose pages may be read. */
  connections: id,
  /** Something waits for a person, or no longer does. */
  approvals: id,
  /** The autonomy switch or a policy changed. */
  autonomy: id,
};

export const channels = {
  ...idChannels,
  /** Runs wait for a worker. */
  'run-queued': nothing,
  /** A person stopped this run. */
  'run-stop': id,
  /** New events of runs, several runs at once where they were stored together. */
  runs: {
    write: (runs) => runs.map(({ runId, lastEvent }) => `${runId} ${lastEvent}`).join(' '),
    read(text) {
      const words = text.split(' ');
      return Array.from({ length: words.length >> 1 }, (_, at) => ({ runId: words[2 * at] ?? '', lastEvent: Number(words[2 * at + 1]) }));
    },
  } as Payload<readonly { runId: string; lastEvent: number }[]>,
  /** Events wait in the outbox for whoever works out whom to notify. */
  outbox: nothing,
  /** A person is notified by a way: `page`, `email` or `webhook`. */
  notification: {
    write: ({ userId, way }) => `${userId} ${way}`,
    read(text) {
      const [userId = '', way = ''] = text.split(' ');
      return { userId, way };
    },
  } as Payload<{ userId: string; way: string }>,
  /** A server that finds nothing left of a limit asks the others to release what they hold for this key. */
  'limit-recall': {
    write: ({ limiter, key }) => `${limiter}:${key}`,
    read(text) {
      const [limiter = ''] = text.split(':', 1);
      return { limiter, key: text.slice(limiter.length + 1) };
    },
  } as Payload<{ limiter: string; key: string }>,
  /** An operator lifts the limits of these keys: all servers forget what they hold of them. */
  'limit-lift': { write: JSON.stringify, read: JSON.parse } as Payload<{
    exactly: string[];
    beginning: string | null;
    ending: string | null;
  }>,
};

export type Channel = keyof typeof channels;
export type IdChannel = keyof typeof idChannels;
export type PayloadOf<C extends Channel> = (typeof channels)[C] extends Payload<infer P> ? P : never;

/** @returns whether `name` is a channel whose payload is one id */
export const isIdChannel = (name: string): name is IdChannel => Object.hasOwn(idChannels, name);

export function formatMessage<C extends Channel>(channel: C, payload: PayloadOf<C>): string {
  return `${channel} ${(channels[channel] as unknown as Payload<PayloadOf<C>>).write(payload)}`;
}

/** @returns the channel's name, and what follows it; the name may be one that only another version knows */
export function splitMessage(message: string): { channel: string; text: string } {
  const space = message.indexOf(' ');
  return { channel: message.slice(0, space), text: message.slice(space + 1) };
}
