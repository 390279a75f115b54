/**
 * Tells open pages how much waits for whom. Each event says all there is to say, so a reader that is slow is told only what
 * holds when it can take something again, and one that missed something is right with the next event.
 */

import type { Instructions } from '#features/instructions/server/instructions.ts';
import type { Runs } from '#features/runs/server/runs.ts';
import { EVERY } from '#kernel/channels.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import type { EventStream } from '#kernel/http/event-stream.ts';
import type { Identity } from '#kernel/http/route.ts';
import type { Log } from '#kernel/log.ts';
import { atLeast } from '#wire/role.ts';
import type { ApprovalNews } from '../contract.ts';
import { countFor } from './counts.ts';

/** News are gathered for this long, in ms, and read together. */
const GATHER_MS = 30;
/** A reader that takes nothing for this long is gone, or comes back. */
const DRAIN_MS = 60_000;

type Waiting = Awaited<ReturnType<Runs['approvals']['waiting']>>;
type WaitingInstructions = Awaited<ReturnType<Instructions['countWaiting']>>;

interface Options {
  runs: Runs;
  instructions: Instructions;
  eventBus: EventBus;
  log: Log;
}

interface Reader {
  readonly userId: string;
  readonly organizationIds: readonly string[];
  /** Those in which they do more than watch. */
  readonly actsIn: readonly string[];
  readonly stream: EventStream;
  state: 'ready' | 'full' | 'behind' | 'closed';
}

function newestOf(rows: Waiting): ApprovalNews['newest'] {
  const [newest = null] = rows.flatMap((row) => row.newest ?? []).toSorted((a, b) => (a.askedAt < b.askedAt ? 1 : -1));
  return newest;
}

const format = (event: string, data: unknown) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

export function createApprovalNews({ runs, instructions, eventBus, log }: Options) {
  const readers = new Set<Reader>();
  /** Those that are to be told how things stand. */
  const due = new Set<Reader>();

  function tellLater(reader: Reader): void {
    if (due.size === 0) setTimeout(() => void tellDue(), GATHER_MS).unref();
    due.add(reader);
  }

  /** Two statements for all of them. */
  async function tellDue(): Promise<void> {
    const told = [...due];
    due.clear();
    if (told.length === 0) return;
    try {
      const organizationIds = [...new Set(told.flatMap((reader) => reader.organizationIds))];
      const [waiting, changed] = await Promise.all([runs.approvals.waiting(organizationIds), instructions.countWaiting(organizationIds)]);
      for (const reader of told) tell(reader, waiting, changed);
    } catch (error) {
      // The browser comes back by itself, to whichever server can read.
      log.warn({ err: error }, 'readers of approvals were sent away: they cannot be read');
      for (const { stream } of told) stream.sendAway();
    }
  }

  function tell(reader: Reader, waiting: Waiting, changed: WaitingInstructions): void {
    if (reader.state === 'full') reader.state = 'behind';
    if (reader.state !== 'ready') return;
    const isOwn = (row: { organization_id: string }) => reader.organizationIds.includes(row.organization_id);
    const own = waiting.filter(isOwn);
    const newest = newestOf(own.filter((row) => row.user_id === reader.userId));
    const newestOfAll = newestOf(own.filter((row) => reader.actsIn.includes(row.organization_id)));
    send(
      reader,
      format('approvals', { ...countFor(reader.userId, own, changed.filter(isOwn)), newest, newestOfAll } satisfies ApprovalNews),
    );
  }

  function send(reader: Reader, text: string): void {
    if (reader.stream.send(text)) return;
    reader.state = 'full';
    const patience = setTimeout(() => reader.stream.destroy(), DRAIN_MS).unref();
    reader.stream.onDrain(() => {
      clearTimeout(patience);
      if (reader.state === 'behind') tellLater(reader);
      if (reader.state !== 'closed') reader.state = 'ready';
    });
  }

  eventBus.subscribe('approvals', (organizationId) => {
    for (const reader of readers) if (reader.organizationIds.includes(organizationId)) tellLater(reader);
  });
  eventBus.subscribe('autonomy', (organizationId) => {
    for (const reader of readers) {
      if (!reader.organizationIds.includes(organizationId)) continue;
      if (reader.state === 'ready') send(reader, format('autonomy', { organizationId }));
      // How much waits is told when it can take something again, and lets a page read anew what the switch and policies say, too.
      else if (reader.state === 'full') reader.state = 'behind';
    }
  });
  eventBus.subscribe('notification', ({ userId, way }) => {
    if (way !== 'page') return;
    for (const reader of readers) if (reader.state === 'ready' && reader.userId === userId) send(reader, format('notification', {}));
  });
  // Whose organizations may be others by now comes back as who they are then.
  eventBus.subscribe('user', (userId) => {
    for (const reader of readers) if (userId === EVERY || reader.userId === userId) reader.stream.sendAway();
  });
  eventBus.onReset(() => {
    for (const { stream } of readers) stream.sendAway();
  });

  return {
    follow({ id: userId, organizations }: Identity, stream: EventStream): void {
      const actsIn = organizations.filter(({ role }) => atLeast(role, 'member')).map((each) => each.id);
      const reader: Reader = { userId, organizationIds: organizations.map((each) => each.id), actsIn, stream, state: 'ready' };
      readers.add(reader);
      stream.onClose(() => {
        reader.state = 'closed';
        readers.delete(reader);
        due.delete(reader);
      });
      tellLater(reader);
    },
  };
}
