/** Deletes many expired sessions while people work: checks whether they notice, and whether any of them loses a session. */
import { print } from '../print.ts';
import { judge } from '../stress/judge.ts';
import type { SessionTable } from './database.ts';
import type { Outcome, PhasePlan } from './phase.ts';
import type { Stay } from './stay.ts';

/** The server's recurring job, which otherwise runs every quarter of an hour. */
const JOB = 'sessions-clean-up';
const LIVE = 1000;
const TIMEOUT_S = 600;
const RAMP_S = 10;
const SETTLE_S = 3;

interface Options {
  table: SessionTable;
  /** Number of expired sessions. */
  rows: number;
  /** Number of people at work during the clean-up. */
  users: number;
}

export const nameOfCleanUp = (rows: number): string => `Clean-up of ${rows.toLocaleString('en')} rows`;
export const cleanUp = (options: Options): PhasePlan => ({
  name: nameOfCleanUp(options.rows),
  work: (stay) => tryCleanUp(stay, options),
});

async function tryCleanUp(stay: Stay, options: Options): Promise<Outcome> {
  const { table, rows, users } = options;
  const { generators, recorder, wait } = stay.rig;
  const [person] = await stay.signUp(1);
  const userId = person && (await table.findUser(person.email));
  if (!userId) throw new Error('The servers use another database than TARGET_DATABASE_URL');
  await table.insertExpired(userId, rows, (count) => print(`    ${count.toLocaleString('en')} expired sessions are in the table`));
  await table.insertLive(userId, LIVE);

  await generators.setUsers(users, RAMP_S * 1000);
  await wait(RAMP_S + SETTLE_S);
  const window = await recorder.open();
  const took = await deleteExpired(table, stay);
  await recorder.close(window);
  const left = await table.countInserted();
  await table.deleteInserted();

  const { missed, p95 } = judge(window.measurements, recorder.overdue());
  const problems = [
    took === undefined && `they were not gone after ${TIMEOUT_S} s`,
    left.expired > 0 && `${left.expired} expired sessions are left`,
    left.live < LIVE && `${LIVE - left.live} sessions that were alive are gone`,
    ...missed,
  ].filter((problem) => problem !== false);
  return {
    met: problems.length === 0,
    summary:
      problems.length === 0
        ? `All expired rows are gone, no live one is, and ${users} people at work noticed nothing.`
        : `While ${users} people worked: ${problems.join('; ')}.`,
    figures: [
      { name: 'rows deleted', value: rows - left.expired, unit: 'rows' },
      ...(took === undefined ? [] : [{ name: 'took', value: took, unit: 's' }]),
      { name: 'p95 of the slowest step', value: p95, unit: 'ms' },
    ],
  };
}

/** Makes a server run its clean-up now. @returns seconds it took; undefined if it did not finish */
async function deleteExpired(table: SessionTable, { rig }: Stay): Promise<number | undefined> {
  const since = await table.makeDue(JOB);
  for (let waited = 0; waited < TIMEOUT_S; waited += 1) {
    await rig.wait(1);
    const took = await table.secondsOf(JOB, since);
    if (took !== undefined && !(await table.anyExpired())) return took;
  }
  return undefined;
}
