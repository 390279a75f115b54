/**
 * A run as the server that holds it sees it: its log so far, and the only ways to write to it. Every write names the fence under
 * which the run was taken up; another server's is higher, and from then on nothing is taken here.
 */
import type { Database } from '#kernel/database/pool.ts';
import type { EventData, RunEvent } from '../../events.ts';
import type { Goal } from '../../plan.ts';
import type { AppendOptions as RunAppendOptions, Spent } from './append.ts';
import type { Additions, Appender } from './appender.ts';
import * as sql from './queries.ts';
import type { Readers } from './readers.ts';
import { endingOf } from './report.ts';
import { addToState, unread } from './run-state.ts';

/** Thrown through a step when this server may no longer write to the run. */
export class LostRun extends Error {}

/** Reasons to end the work from outside. */
export const GIVE_BACK = new Error('this server gives the run back');
export const STOPPED = new Error('a person stopped the run');
export const HELD = new Error('autonomy was switched off');
export const DEPARTED = new Error('the person it works for may not use agents here any more');

const HELD_NOTICE: EventData = {
  type: 'notice',
  data: { code: 'held', message: 'Autonomy was switched off for the organization. The run goes on when it is switched on again.' },
};

export type HeldRun = ReturnType<typeof holdRun>;
type AppendOptions = Omit<RunAppendOptions, 'fence'>;

/** Events read at a time. */
const PAGE = 5000;

interface Holding {
  db: Database;
  appender: Appender;
  readers: Readers;
  id: string;
  fence: number;
  /** With one, each end has a report. */
  goal: Goal | null;
}

export function holdRun({ db, appender, readers, id, fence, goal }: Holding) {
  let state = unread;

  async function readOn(): Promise<void> {
    for (;;) {
      const more = await sql.selectEvents(db, { id, after: state.seq, limit: PAGE });
      state = more.reduce(addToState, state);
      if (more.length < PAGE) return;
    }
  }

  /** Takes in what was just stored; where somebody said something in between, that too. */
  async function take(stored: RunEvent[]): Promise<void> {
    readers.deliver(id, stored);
    if (stored[0]?.seq === state.seq + 1) state = stored.reduce(addToState, state);
    else await readOn();
  }

  async function append(added: Additions, options: AppendOptions = {}): Promise<boolean> {
    const stored = await appender.append(id, added, { ...options, fence });
    if (stored?.length) await take(stored);
    return stored !== undefined;
  }

  async function mustAppend(added: Additions, spent?: Spent): Promise<void> {
    if (!(await append(added, { spent }))) throw new LostRun();
  }

  /** @returns false when the log goes on beyond what was read; it has been read on then, and nothing was stored */
  async function appendNext(added: EventData[], options: AppendOptions = {}): Promise<boolean> {
    if (await append(added, { ...options, seen: state.seq })) return true;
    await readOn();
    return false;
  }

  return {
    id,
    fence,
    /** The log as it was last read. */
    state: () => state,
    readOn,
    take,
    mustAppend,
    appendNext,
    /** @returns false when somebody said something meanwhile, and the run goes on */
    end: (status: 'done' | 'failed'): Promise<boolean> => appendNext(endingOf(state, goal, status), { status }),
    /** It goes on once autonomy is switched on again. @returns false when a person has asked to stop it meanwhile, or it is lost */
    waitForSwitch: (): Promise<boolean> => append([HELD_NOTICE], { status: 'queued' }),
    /** @returns false when a message came after the request to stop, and the run goes on; or when it has to be tried again */
    async endStopped(): Promise<boolean> {
      if (!goal) return append(endingOf(state, goal, 'stopped'), { status: 'stopped' });
      await readOn();
      return appendNext(endingOf(state, goal, 'stopped'), { status: 'stopped' });
    },
    /** Both at once, so that a message comes before them or continues the run. */
    async endFailed(code: string, message: string): Promise<void> {
      const added: EventData[] = [{ type: 'error', data: { code, message } }, ...endingOf(state, goal, 'failed', message)];
      if (!(await append(added, { status: 'failed' }))) throw new LostRun();
    },
  };
}
