/**
 * Streams to open pages how much waits for their user. Each event carries the full state, so a slow reader gets only the latest one when it
 * can receive again, and a missed event is corrected by the next.
 */
import type { Files } from '#features/files/server/files.ts';
import type { Instructions } from '#features/instructions/server/instructions.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import type { Runs } from '#features/runs/server/runs.ts';
import { EVERY } from '#kernel/channels.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import { createGathering } from '#kernel/gather.ts';
import type { EventStream } from '#kernel/http/event-stream.ts';
import type { Identity } from '#kernel/http/route.ts';
import { createStreamReader, type StreamReader } from '#kernel/http/stream-reader.ts';
import type { Log } from '#kernel/log.ts';
import type { Outgoing } from '#kernel/outgoing.ts';
import { atLeast } from '#wire/role.ts';
import type { ApprovalUpdate } from '../contract.ts';
import { countFor } from './counts.ts';
import { createVisibility } from './visibility.ts';

/** Notifications are collected for this long, in ms, and read together. */
const GATHER_MS = 30;

type Waiting = Awaited<ReturnType<Runs['approvals']['waiting']>>;
type WaitingInstructions = Awaited<ReturnType<Instructions['countWaiting']>>;

interface Options {
  runs: Runs;
  instructions: Instructions;
  projects: Projects;
  files: Files;
  eventBus: EventBus;
  log: Log;
  outgoing: Pick<Outgoing, 'hold' | 'onChange'>;
}

interface Reader {
  readonly identity: Identity;
  readonly organizationIds: readonly string[];
  /** Organizations in which they are more than viewers. */
  readonly actsIn: readonly string[];
  readonly out: StreamReader;
}

function newestOf(rows: Waiting): ApprovalUpdate['newest'] {
  const [newest = null] = rows.flatMap((row) => row.newest ?? []).toSorted((a, b) => (a.askedAt < b.askedAt ? 1 : -1));
  return newest;
}

const format = (event: string, data: unknown) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

export function createInboxStream({ runs, instructions, projects, files, eventBus, log, outgoing }: Options) {
  const visibleTo = createVisibility(projects);
  const readers = new Set<Reader>();
  const due = createGathering<Reader, true>({ gatherMs: GATHER_MS, flush: (readers) => sendCounts([...readers.keys()]) });

  /** Two statements serve all readers. */
  async function sendCounts(to: readonly Reader[]): Promise<void> {
    try {
      const organizationIds = [...new Set(to.flatMap((reader) => reader.organizationIds))];
      const [waiting, changed] = await Promise.all([runs.approvals.waiting(organizationIds), instructions.countWaiting(organizationIds)]);
      await Promise.all(to.map((reader) => sendCountsTo(reader, waiting, changed)));
    } catch (error) {
      // The browser reconnects by itself, to a server that can read.
      log.warn({ err: error }, 'approval streams were closed: approvals cannot be read');
      for (const { out } of to) out.sendAway();
    }
  }

  async function sendCountsTo(reader: Reader, waiting: Waiting, changed: WaitingInstructions): Promise<void> {
    const { identity } = reader;
    const isOwn = (row: { organization_id: string }) => reader.organizationIds.includes(row.organization_id);
    const [own, ownChanged] = await Promise.all([visibleTo(identity, waiting.filter(isOwn)), visibleTo(identity, changed.filter(isOwn))]);
    if (!reader.out.isReady()) return reader.out.notify();
    const newest = newestOf(own.filter((row) => row.user_id === identity.id));
    const newestOfAll = newestOf(own.filter((row) => reader.actsIn.includes(row.organization_id)));
    reader.out.send(format('approvals', { ...countFor(identity.id, own, ownChanged), newest, newestOfAll } satisfies ApprovalUpdate));
  }

  eventBus.subscribe('approvals', (organizationId) => {
    for (const { out, organizationIds } of readers) if (organizationIds.includes(organizationId)) out.notify();
  });
  eventBus.subscribe('autonomy', (organizationId) => {
    for (const { out, organizationIds } of readers) {
      if (!organizationIds.includes(organizationId)) continue;
      if (out.isReady()) out.send(format('autonomy', { organizationId }));
      // An event with the current counts also makes the page refetch the switch and policies.
      else out.notify();
    }
  });
  eventBus.subscribe('notification', ({ userId, way }) => {
    if (way !== 'page') return;
    for (const reader of readers) if (reader.identity.id === userId && reader.out.isReady()) reader.out.send(format('notification', {}));
  });
  files.live.onEvent(eventBus, (userIds, { event, data }) => {
    for (const reader of readers) if (userIds.has(reader.identity.id) && reader.out.isReady()) reader.out.send(format(event, data));
  });
  // A reader whose organizations may have changed reconnects and gets the new ones. Their pages look again at once; a change of everyone
  // is never urgent, and would make all pages ask at the same time.
  eventBus.subscribe('user', (userId) => {
    for (const { identity, out } of readers) {
      if (identity.id === userId && out.isReady()) out.send(format('user', {}));
      if (identity.id === userId || userId === EVERY) out.sendAway();
    }
  });
  // Access to it may have changed for any member.
  eventBus.subscribe('project', async (projectId) => {
    const organizationId = readers.size > 0 ? await projects.organizationOf(projectId).catch(() => undefined) : undefined;
    if (organizationId === undefined) return;
    for (const reader of readers)
      if (reader.organizationIds.includes(organizationId) && reader.out.isReady()) reader.out.send(format('project', { projectId }));
  });
  const sendHold = (out: StreamReader) => {
    if (out.isReady()) out.send(format('hold', outgoing.hold() ?? null));
  };
  outgoing.onChange(() => {
    for (const { out } of readers) sendHold(out);
  });
  eventBus.onReset(() => {
    for (const { out } of readers) out.sendAway();
  });

  return {
    follow(identity: Identity, stream: EventStream): void {
      const { organizations } = identity;
      const actsIn = organizations.filter(({ role }) => atLeast(role, 'member')).map((each) => each.id);
      const out = createStreamReader(stream, {
        catchUp: () => due.add(reader, true),
        onClose: () => void (readers.delete(reader) && due.remove(reader)),
      });
      const reader: Reader = { identity, organizationIds: organizations.map((each) => each.id), actsIn, out };
      if (out.isClosed()) return;
      readers.add(reader);
      if (outgoing.hold()) sendHold(out);
      out.notify();
    },
  };
}
