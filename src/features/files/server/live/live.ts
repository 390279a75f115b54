/**
 * Who has which file open, and word of every change to those who do. Word goes out after the commit, collected for a moment, and so costs
 * saves nothing; if this process dies in between, pages find out by asking.
 */
import type { Presence } from '#features/files/presence-contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import { type EventBus, publish } from '#kernel/event-bus.ts';
import { createGathering } from '#kernel/gather.ts';
import type { Log } from '#kernel/log.ts';
import * as sql from './queries.ts';

const GATHER_MS = 50;
/** Projects in one message, which has at most 7,000 bytes. */
const MAX_PER_MESSAGE = 100;

interface Page {
  projectId: string;
  userId: string;
  /** An id that the page made up. */
  page: string;
}

/** A project, and its newest change. */
interface ChangedProject {
  projectId: string;
  number: number;
}

/** Word for a page that follows a project. */
type LiveEvent = { event: 'files'; data: ChangedProject } | { event: 'presence'; data: { projectId: string } };

/** Sends an event to the open pages of these people. */
type Send = (userIds: ReadonlySet<string>, event: LiveEvent) => void;

export function createLive({ db, log }: { db: Database; log: Log }) {
  const changed = createGathering<string, number>({ gatherMs: GATHER_MS, flush: (gathered) => publishChanged([...gathered]) });

  async function publishChanged(gathered: [projectId: string, number: number][]): Promise<void> {
    for (let from = 0; from < gathered.length; from += MAX_PER_MESSAGE) {
      const part = gathered.slice(from, from + MAX_PER_MESSAGE).map(([projectId, number]) => ({ projectId, number }));
      await publish(db, 'files', part).catch((err: unknown) => log.warn({ err }, 'open pages were not told of changed files'));
    }
  }

  return {
    /** A change has been committed. */
    noteChange: (projectId: string, number: number): void => changed.add(projectId, number),

    /** @param path of the file that the page shows; null: none @returns who else has the project open */
    async report(page: Page, path: string | null): Promise<Presence[]> {
      const [row] = await sql.reportPage(db, { ...page, path });
      if (row?.is_news) await publish(db, 'presence', page.projectId);
      const present = await sql.selectPresent(db, page);
      return present.map(({ user_id: userId, name, path }) => ({ userId, name, path }));
    },

    async close(page: Page): Promise<void> {
      await sql.closePage(db, page);
      await publish(db, 'presence', page.projectId);
    },

    /** @param send called on this server with each event and the people who follow its project */
    onEvent(eventBus: EventBus, send: Send): void {
      const files = createGathering<string, number>({ gatherMs: GATHER_MS, flush: (gathered) => tell(gathered, 'files') });
      const presence = createGathering<string, number>({ gatherMs: GATHER_MS, flush: (gathered) => tell(gathered, 'presence') });

      async function tell(gathered: ReadonlyMap<string, number>, event: LiveEvent['event']): Promise<void> {
        const rows = await sql.selectFollowers(db, { projectIds: [...gathered.keys()] }).catch((err: unknown) => {
          log.warn({ err }, 'open pages were not told of changed files');
          return [];
        });
        for (const [projectId, people] of Map.groupBy(rows, (row) => row.project_id)) {
          const userIds = new Set(people.map((row) => row.user_id));
          const number = gathered.get(projectId) ?? 0;
          send(userIds, event === 'files' ? { event, data: { projectId, number } } : { event, data: { projectId } });
        }
      }

      eventBus.subscribe('files', (projects) => {
        for (const { projectId, number } of projects) files.add(projectId, number);
      });
      eventBus.subscribe('presence', (projectId) => presence.add(projectId, 0));
    },

    /** Deletes pages that closed without saying so. */
    cleanUp: () => sql.deleteGone(db, {}),
  };
}
