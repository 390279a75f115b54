/**
 * A run as the server that holds it sees it: its log so far, and the only ways to write to it. Every write names the fence under
 * which the run was taken up; another server's is higher, and from then on nothing is taken here.
 */
import type { Database } from '#kernel/database/pool.ts';
import type { EventData, RunEvent } from '../events.ts';
import type { Appender } from './appender.ts';
import * as sql from './queries.ts';
import type { Readers } from './readers.ts';

/** Thrown through a step when this server may no longer write to the run. */
export class LostRun extends Error {}

export type HeldRun = ReturnType<typeof holdRun>;
type AppendOptions = Omit<sql.AppendOptions, 'fence'>;

/** Events read at a time. */
const PAGE = 5000;

interface Holding {
  db: Database;
  appender: Appender;
  readers: Readers;
  id: string;
  fence: number;
}

export function holdRun({ db, appender, readers, id, fence }: Holding) {
  let events: RunEvent[] = [];
  const newest = () => events.at(-1)?.seq ?? 0;

  async function append(added: EventData[], options: AppendOptions = {}): Promise<boolean> {
    const stored = await appender.append(id, added, { ...options, fence });
    if (stored) readers.deliver(id, stored);
    return stored !== undefined;
  }

  async function mustAppend(added: EventData[], options?: AppendOptions): Promise<void> {
    if (!(await append(added, options))) throw new LostRun();
  }

  return {
    id,
    fence,
    /** The log as it was last read. */
    events: () => events,
    async readOn(): Promise<void> {
      for (;;) {
        const more = await sql.selectEvents(db, id, newest(), PAGE);
        events = [...events, ...more];
        if (more.length < PAGE) return;
      }
    },
    mustAppend,
    /** @returns false when the log goes on beyond what was read, and nothing was stored */
    appendNext: (added: EventData): Promise<boolean> => append([added], { seen: newest() }),
    /** @returns false when somebody said something meanwhile, and the run goes on */
    end: (status: 'done' | 'failed'): Promise<boolean> => append([{ type: 'end', data: { status } }], { status, seen: newest() }),
    /** @returns false when a message came after the request to stop, and the run goes on */
    endStopped: (): Promise<boolean> => append([{ type: 'end', data: { status: 'stopped' } }], { status: 'stopped' }),
    /** Both at once, so that a message comes before them or continues the run. */
    endFailed: (code: string, message: string): Promise<void> =>
      mustAppend(
        [
          { type: 'error', data: { code, message } },
          { type: 'end', data: { status: 'failed' } },
        ],
        { status: 'failed' },
      ),
  };
}
