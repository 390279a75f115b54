/** Open pages: those that read runs to their end, and those that follow a project over the live stream. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { listChanges } from '#features/files/history-contract.ts';
import { PRESENCE_EVERY_MS, reportPresence } from '#features/files/presence-contract.ts';
import { startRun } from '#features/runs/contract.ts';
import type { RunEvent } from '#features/runs/events.ts';
import { followFiles } from '../harness/follow-files.ts';
import { isWhole, readStream } from '../harness/run-stream.ts';
import { createBrowser, newProject, type Person } from '../harness/test-server.ts';
import { type Client, createClient, type Protocol, protocols } from '../proxies/client.ts';

/** Files that a run writes, each in a step of its own. */
export const WRITES = 12;
const write = {
  message: Array.from({ length: WRITES }, (_, nth) => `write file-${nth}.md: ${nth}`).join(', then '),
  level: 'autonomous',
} as const;
const tell = { message: 'tell the time for 8 s, 5 times a second', level: 'supervised' } as const;
/** Between two attempts at a stream that failed, which fails the test anyway. */
const RETRY_MS = 100;

interface Options {
  origin: string;
  people: readonly Person[];
}

export interface StartedRun {
  id: string;
  projectId: string;
  /** Whether it writes files. */
  writes: boolean;
}

/** Pages of people, each with connections of its own. */
function openPages({ origin, people }: Options) {
  const clients: Client[] = [];
  return {
    open(nth: number, protocol: Protocol): Person {
      const client = createClient(protocol);
      clients.push(client);
      const person = people[nth % people.length] as Person;
      const browser = createBrowser(origin, client.fetch);
      for (const [name, value] of person.browser.cookies) browser.cookies.set(name, value);
      return { ...person, call: browser.call, browser };
    },
    close: () => Promise.all(clients.map((client) => client.close())),
  };
}

/**
 * Keeps runs at work, every other one writing files, each read by two pages from its first event to its last.
 * @param lanes how many at a time
 */
export async function startRuns(options: Options & { lanes: number }) {
  const pages = openPages(options);
  const runs: StartedRun[] = [];
  const failures: string[] = [];
  /** How often a stream was opened again. */
  let resumed = 0;
  let over = false;

  async function read(page: Person, { id }: StartedRun): Promise<void> {
    const events: RunEvent[] = [];
    for (let opened = 0; events.at(-1)?.type !== 'end'; opened++) {
      if (opened > 0) resumed++;
      const { ended, reason, retry } = await readStream(page, id, events);
      if (ended === 'broken') {
        failures.push(`a stream broke: ${reason}`);
        if (over) return;
      }
      if (events.at(-1)?.type !== 'end') await sleep(ended === 'broken' ? RETRY_MS : retry);
    }
    if (!isWhole(events)) failures.push(`the reader of run ${id} missed events, or had some twice`);
  }

  async function work(lane: number): Promise<void> {
    const writes = lane % 2 === 1;
    const readers = protocols.map((protocol) => pages.open(lane, protocol));
    const person = readers[lane % readers.length] as Person;
    while (!over) {
      const { id: projectId } = await newProject(person, `Of lane ${lane}`);
      const body = { ...(writes ? write : tell), model: 'practice' };
      const started = (await person.call(startRun, { params: { projectId }, body })).body.run;
      const run = { id: started.id, projectId, writes };
      runs.push(run);
      await Promise.all(readers.map((page) => read(page, run)));
    }
  }

  const working = Promise.all(
    Array.from({ length: options.lanes }, (_, lane) => work(lane).catch((error: Error) => void failures.push(`a run: ${error.message}`))),
  );
  return {
    runs,
    failures,
    resumed: () => resumed,
    /** Resolves once the last runs have ended. */
    async stop(): Promise<void> {
      over = true;
      await working;
      await pages.close();
    },
  };
}

export type Runs = Awaited<ReturnType<typeof startRuns>>;

/**
 * Pages that show a project. Like a browser's, each opens the live stream again when it ends, and then reads what is newest: what it is
 * told afterwards it must be told by the stream.
 * @param projects shown, one by each page, which is that of the person with the same number
 */
export function startFollowers(options: Options & { projects: readonly string[] }) {
  const pages = openPages(options);
  const failures: string[] = [];
  const leaving = new AbortController();
  const followers = options.projects.map((projectId, nth) => ({
    projectId,
    newest: 0,
    page: pages.open(nth, protocols[nth % 2] ?? 'HTTP/2'),
    id: randomUUID(),
  }));
  type Follower = (typeof followers)[number];

  async function report({ page, projectId, id }: Follower): Promise<void> {
    await page.call(reportPresence, { params: { projectId }, body: { page: id, path: null } });
  }

  async function openOnce(follower: Follower): Promise<void> {
    const { page, projectId } = follower;
    const hear = (number: number) => {
      follower.newest = Math.max(follower.newest, number);
    };
    await followFiles(page, {
      signal: leaving.signal,
      async onOpen() {
        await report(follower);
        const { changes } = (await page.call(listChanges, { params: { projectId }, query: { limit: 1 } })).body;
        hear(changes[0]?.number ?? 0);
      },
      onFiles: (changed) => changed.projectId === projectId && hear(changed.number),
    });
  }

  async function follow(follower: Follower): Promise<void> {
    while (!leaving.signal.aborted) {
      await openOnce(follower).catch(async (error: Error) => {
        if (leaving.signal.aborted) return;
        failures.push(`a follower: ${error.message}: ${(error.cause as Error | undefined)?.message ?? ''}`);
        await sleep(RETRY_MS);
      });
    }
  }

  const reporting = setInterval(() => {
    for (const follower of followers)
      void report(follower).catch((error: Error) => leaving.signal.aborted || failures.push(`a follower: ${error.message}`));
  }, PRESENCE_EVERY_MS);
  const following = Promise.all(followers.map(follow));
  return {
    failures,
    /** The number of the newest change that each page knows. */
    newest: (): Map<string, number> => new Map(followers.map(({ projectId, newest }) => [projectId, newest])),
    async stop(): Promise<void> {
      clearInterval(reporting);
      leaving.abort();
      // Ends the streams: over HTTP/2, the signal is lost once the response is there.
      await pages.close();
      await following;
    },
  };
}
