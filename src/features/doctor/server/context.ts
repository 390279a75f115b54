/** What checks know and share: the installation, one small pool of connections, and one look at the server and the public address. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SeenRequest } from '#features/doctor/contract.ts';
import { requireSuitable } from '#kernel/database/requirements.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { type Connections, openConnections } from './connections.ts';
import { askThroughPublicUrl, type PublicAnswer } from './public-answer.ts';
import { countBeats } from './queries.ts';
import { type AtPort, findServer, type RunningServer } from './running-server.ts';
import type { Subject } from './subject.ts';
import { texts } from './texts/texts.ts';

/** What must work before a check makes sense; without it, the check is skipped and says why. */
export type Need = 'database' | 'server' | 'public';

export interface Context extends Subject {
  /** Aborted when the time of this check is up. */
  readonly signal: AbortSignal;
  /** @throws why PostgreSQL cannot be used; the same for every check */
  database(): Promise<Queryable>;
  /** For checks that can do without it: undefined if it cannot be used, or does not answer soon. */
  databaseIfThere(): Promise<Queryable | undefined>;
  /** What is at the server's port. */
  atPort(): Promise<AtPort>;
  /** @throws Unmet */
  server(): Promise<RunningServer>;
  /** How a request through PUBLIC_URL arrives. @throws Unmet */
  public(): Promise<SeenRequest>;
  /** The same, with all outcomes. */
  publicAnswer(): Promise<PublicAnswer>;
  /** Whether any server of this installation runs, here or elsewhere. */
  anyServerRuns(): Promise<boolean>;
}

/** Something that a check needs is not there: the check is skipped, and another one reports the reason. */
export class Unmet extends Error {}

const SOON_MS = 3000;
const CLOSE_MS = 1000;

export function createContext(subject: Subject) {
  const abort = new AbortController();
  const opened: Connections[] = [];

  const once = <T>(work: () => Promise<T>): (() => Promise<T>) => {
    let result: Promise<T> | undefined;
    return () => {
      result ??= work();
      // Those who wait for it later get the error; there may be none.
      result.catch(() => undefined);
      return result;
    };
  };

  const database = once(async () => {
    if (subject.databaseAt.url === undefined) throw new Unmet(subject.databaseAt.reason);
    await requireSuitable(subject.databaseAt.url);
    const db = openConnections(subject.databaseAt.url);
    opened.push(db);
    return db;
  });
  const databaseIfThere = once(async () => {
    const late = sleep(SOON_MS, undefined, { ref: false });
    return (await Promise.race([database().catch(() => undefined), late])) ?? undefined;
  });
  const atPort = once(() => findServer(subject, abort.signal));
  const anyServerRuns = once(async () => {
    const here = await atPort();
    if ('server' in here) return true;
    const db = await databaseIfThere();
    const [row] = db ? await countBeats(db).catch(() => []) : [];
    return (row?.servers ?? 0) > 0;
  });
  const publicAnswer = once(() => askThroughPublicUrl(subject, abort.signal));

  const shared = {
    ...subject,
    database,
    databaseIfThere,
    atPort,
    anyServerRuns,
    publicAnswer,
    async server(): Promise<RunningServer> {
      const here = await atPort();
      if ('server' in here) return here.server;
      throw new Unmet(texts.needs.server);
    },
    async public(): Promise<SeenRequest> {
      const answer = await publicAnswer();
      if ('seen' in answer) return answer.seen;
      throw new Unmet(texts.needs.public);
    },
  };

  return {
    /** For one check. */
    withSignal: (signal: AbortSignal): Context => ({ ...shared, signal: AbortSignal.any([signal, abort.signal]) }),
    /** @throws Unmet */
    async require(need: Need): Promise<void> {
      if (need !== 'database') return void (await shared[need]());
      await database().catch((error: unknown) => {
        throw error instanceof Unmet ? error : new Unmet(texts.needs.database);
      });
    },
    /** A PostgreSQL that hangs closes its connections later, or never. */
    async close(): Promise<void> {
      abort.abort();
      const closed = Promise.all(opened.map((db) => db.close().catch(() => undefined)));
      await Promise.race([closed, sleep(CLOSE_MS, undefined, { ref: false })]);
    },
  };
}
