/**
 * Every channel on which servers notify each other, and its payload. All of them share one PostgreSQL channel: a message is `<channel>
 * <payload>`, sent by `publish` or by triggers. Servers of the previous version read the same text, so the text of an existing channel
 * never changes. `scripts/check-channels.ts` compares this list with the SQL and the code.
 */

/** Encodes a payload into a message, and decodes it. */
interface Payload<P> {
  write(payload: P): string;
  read(text: string): P;
}

/** The payload of an id channel that means every id. */
export const EVERY = '*';

/** An id, or `EVERY`. */
const id: Payload<string> = { write: (payload) => payload, read: (text) => text };
const nothing: Payload<void> = { write: () => '', read: () => undefined };

/** Channels whose payload is one id, by which caches drop entries. */
const idChannels = {
  /** A user's name, address, organizations or roles changed. */
  user: id,
  /** A session changed or ended; the id is the hash of the secret id. */
  session: id,
  /** A token changed or was revoked; the id is its hash. */
  token: id,
  /** A project was deleted, its access changed, or it moved to another organization. */
  project: id,
  /** An organization's list of projects changed; the id is the organization's, as in the channels below. */
  projects: id,
  /** Model providers or settings. */
  models: id,
  /** Tool servers, their tools, or the hosts whose pages may be read. */
  connections: id,
  /** Someone opened or closed a page of this project, or a file in it. */
  presence: id,
  /** An item now waits for a person, or no longer does. */
  approvals: id,
  /** The autonomy switch or a policy changed. */
  autonomy: id,
};

export const channels = {
  ...idChannels,
  /** A restore was confirmed: what was held back may go out. */
  outgoing: nothing,
  /** Runs wait for a worker. */
  'run-queued': nothing,
  /** A person stopped this run. */
  'run-stop': id,
  /** New events of runs; several runs in one message if their events were stored together. */
  runs: {
    write: (runs) => runs.map(({ runId, lastEvent }) => `${runId} ${lastEvent}`).join(' '),
    read(text) {
      const words = text.split(' ');
      return Array.from({ length: words.length >> 1 }, (_, at) => ({ runId: words[2 * at] ?? '', lastEvent: Number(words[2 * at + 1]) }));
    },
  } as Payload<readonly { runId: string; lastEvent: number }[]>,
  /** Files of projects changed; with the number of the newest change. */
  files: {
    write: (projects) => projects.map(({ projectId, number }) => `${projectId} ${number}`).join(' '),
    read(text) {
      const words = text.split(' ');
      return Array.from({ length: words.length >> 1 }, (_, at) => ({ projectId: words[2 * at] ?? '', number: Number(words[2 * at + 1]) }));
    },
  } as Payload<readonly { projectId: string; number: number }[]>,
  /** The outbox contains new events, whose recipients must be resolved. */
  outbox: nothing,
  /** A person is notified over a channel: `page`, `email` or `webhook`. */
  notification: {
    write: ({ userId, way }) => `${userId} ${way}`,
    read(text) {
      const [userId = '', way = ''] = text.split(' ');
      return { userId, way };
    },
  } as Payload<{ userId: string; way: string }>,
  /** A server that finds nothing left of a limit asks the others to release their leases of this key. */
  'limit-recall': {
    write: ({ limiter, key }) => `${limiter}:${key}`,
    read(text) {
      const [limiter = ''] = text.split(':', 1);
      return { limiter, key: text.slice(limiter.length + 1) };
    },
  } as Payload<{ limiter: string; key: string }>,
  /** An operator lifts the limits of these keys: all servers drop their leases of them. */
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

/** @returns the channel's name and the rest of the message; another version may know channels that this one does not */
export function splitMessage(message: string): { channel: string; text: string } {
  const space = message.indexOf(' ');
  return { channel: message.slice(0, space), text: message.slice(space + 1) };
}
