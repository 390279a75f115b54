/**
 * Fires triggers on files. Every server polls; one at a time leases a trigger. The cursor moves in the same transaction that starts the
 * run, so a change starts exactly one run, even if a server dies.
 */
import { MAX_DEPTH, MAX_NAMED_PATHS } from '#features/triggers/contract.ts';
import { matchesTrigger } from '#features/triggers/path.ts';
import { createClaimLoop } from '#kernel/claim-loop.ts';
import type { Database } from '#kernel/database/pool.ts';
import { conflict, HttpProblem } from '#kernel/errors.ts';
import { createYield } from '#kernel/event-loop.ts';
import type { Log } from '#kernel/log.ts';
import type { Outgoing } from '#kernel/outgoing.ts';
import * as sql from './file-queries.ts';
import type { TriggerEvent, TriggerStart } from './start.ts';
import { texts } from './texts.ts';

const POLL_EVERY_MS = 1000;
/** Several times what processing the files of one trigger takes. */
const LEASE_SECONDS = 30;
/** A trigger fires after this many seconds without a change, or after the longer limit if changes continue. */
const QUIET = 10;
const AT_LATEST = 120;
/** Most files processed together. */
const MAX_TOUCHES = 10_000;
/** Most paths passed to the run. */
const MAX_PATHS = 500;
const RETRY_SECONDS = 5;

interface Options {
  db: Database;
  log: Log;
  starting: TriggerStart;
  outgoing: Pick<Outgoing, 'isHeld' | 'onChange'>;
}

export function createFileWatch({ db, log, starting, outgoing }: Options) {
  async function process(trigger: sql.FilesRow): Promise<void> {
    await processTrigger(trigger).catch(async (error: unknown) => {
      log.warn({ err: error, trigger: trigger.id }, 'a trigger could not be processed; it will be retried');
      await sql.postpone(db, { id: trigger.id, cursor: trigger.cursor, seconds: RETRY_SECONDS });
    });
  }

  async function processTrigger(trigger: sql.FilesRow): Promise<void> {
    const { id, project_id: projectId, cursor, head, by_runs: byRuns } = trigger;
    const rows = await sql.selectTouches(db, { projectId, after: cursor, upTo: head, byRuns, triggerId: id, limit: MAX_TOUCHES });
    const upTo = rows.length < MAX_TOUCHES ? head : lastWhole(rows);
    const touches = await matchingTouches(
      trigger.path,
      rows.filter(({ number }) => number <= upTo),
    );
    const ages = touches.map(({ age }) => age);
    const early = touches.length === 0 ? 0 : Math.min(QUIET - Math.min(...ages), AT_LATEST - Math.max(...ages));
    if (early > 0) await sql.postpone(db, { id, cursor, seconds: early });
    else if (touches.length === 0) await sql.moveCursor(db, { id, from: cursor, to: upTo });
    else await fire(trigger, upTo, touches);
  }

  async function fire(trigger: sql.FilesRow, upTo: number, touches: sql.TouchRow[]): Promise<void> {
    const { id, cursor } = trigger;
    const tooDeep = touches.filter(({ depth }) => depth >= MAX_DEPTH);
    const accepted = touches.filter(({ depth }) => depth < MAX_DEPTH);
    const endChain = async (tx: Parameters<TriggerStart['recordRejection']>[0]) => {
      if (tooDeep.length > 0) await starting.recordRejection(tx, trigger, eventOf(tooDeep), chainTooDeep());
    };
    try {
      if (accepted.length > 0) {
        const event = eventOf(accepted);
        await starting.start(trigger, event, describeTouches(accepted), async (tx) => {
          if ((await sql.moveCursor(tx, { id, from: cursor, to: upTo })).length === 0) return false;
          await endChain(tx);
          return true;
        });
      } else {
        await db.transaction(async (tx) => {
          if ((await sql.moveCursor(tx, { id, from: cursor, to: upTo })).length > 0) await endChain(tx);
        });
      }
    } catch (error) {
      if (!(error instanceof HttpProblem) || error.status >= 500) throw error;
      // Too many concurrent runs: the changes wait and fire together.
      if (error.status === 429)
        return void (await sql.postpone(db, { id, cursor, seconds: Number(error.headers['retry-after'] ?? RETRY_SECONDS) }));
      await db.transaction(async (tx) => {
        if ((await sql.moveCursor(tx, { id, from: cursor, to: upTo })).length === 0) return;
        await endChain(tx);
        await starting.recordRejection(tx, trigger, eventOf(accepted), error);
      });
    }
  }

  const loop = createClaimLoop<sql.FilesRow>({
    log,
    what: 'triggers',
    everyMs: POLL_EVERY_MS,
    // One trigger reads up to 10,000 paths.
    max: 1,
    claim: async (room) => (outgoing.isHeld() ? [] : sql.claimTriggers(db, { limit: room, seconds: LEASE_SECONDS })),
    process,
    onError: (error, trigger) => log.debug({ err: error, trigger: trigger.id }, 'a trigger could not be put off'),
  });
  outgoing.onChange(loop.wake);
  return loop;
}

/** People choose the pattern and the paths, and there may be many. */
async function matchingTouches(pattern: string, rows: readonly sql.TouchRow[]): Promise<sql.TouchRow[]> {
  const yieldNow = createYield();
  const found: sql.TouchRow[] = [];
  for (const row of rows) {
    if (matchesTrigger(pattern, row.path)) found.push(row);
    await yieldNow();
  }
  return found;
}

const chainTooDeep = () => conflict('too_deep', texts.problems.chainTooDeep(MAX_DEPTH));

/** A change that was read only in part waits for the next poll; if it is the only one, it is processed as far as it was read. */
function lastWhole(rows: readonly sql.TouchRow[]): number {
  const last = rows.at(-1)?.number ?? 0;
  return rows.findLast(({ number }) => number < last)?.number ?? last;
}

function eventOf(touches: readonly sql.TouchRow[]): TriggerEvent {
  const paths = [...new Set(touches.map(({ path }) => path))];
  const depth = 1 + Math.max(...touches.map((touch) => touch.depth));
  return { actor: { userId: null, name: describeAuthor(touches) }, paths: paths.slice(0, MAX_NAMED_PATHS), pathCount: paths.length, depth };
}

const authorOf = ({ user_name, run_id }: sql.TouchRow): string => texts.author[run_id === null ? 'person' : 'run'](user_name ?? undefined);

/** Starts a sentence, so it is capitalized. */
function describeAuthor(touches: readonly sql.TouchRow[]): string {
  const [author = '', ...others] = new Set(touches.map(authorOf));
  return others.length === 0 ? texts.changeBy(author) : texts.changeBySeveral;
}

/** One file per line, grouped by change. */
function describeTouches(touches: readonly sql.TouchRow[]): string {
  const lines: string[] = [];
  let number: number | undefined;
  for (const touch of touches.slice(0, MAX_PATHS)) {
    if (touch.number !== number) lines.push(`Change ${touch.number}, by ${authorOf(touch)}:`);
    number = touch.number;
    lines.push(`- ${touch.path}${touch.deleted ? ' (deleted)' : ''}`);
  }
  if (touches.length > MAX_PATHS) lines.push(`… and ${(touches.length - MAX_PATHS).toLocaleString('en')} more.`);
  return lines.join('\n');
}
