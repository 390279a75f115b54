/**
 * Looks like another server to readers: appends an event to each of a number of runs, at a given rate, through the same statement as
 * servers. Forked with the number of runs, events per second, and seconds; reports how many events each run got.
 */
import { appendToMany } from '#features/runs/server/log/append.ts';
import { createDatabase } from '#kernel/database/pool.ts';
import { createLog } from '#kernel/log.ts';
import { sleepUntil } from './client.ts';
import { idOf } from './people.ts';

const [runs = 0, perSecond = 0, seconds = 0] = process.argv.slice(2).map(Number);
const log = await createLog({ level: 'warn', readable: true });
const db = createDatabase({ url: process.env['DATABASE_URL'] ?? '', max: 2, log });
const ids = Array.from({ length: runs }, (_, index) => idOf(index + 1));

const start = performance.now();
for (let tick = 0; tick < seconds * perSecond; tick++) {
  await sleepUntil(start + (tick * 1000) / perSecond);
  const events = [{ type: 'text' as const, data: { text: `some words of an answer, as a model says them, ${tick} ` } }];
  const stored = await appendToMany(
    db,
    ids.map((id) => ({ id, events, options: {} })),
  );
  if (stored.size !== runs) throw new Error(`Only ${stored.size} of ${runs} runs took an event.`);
}
process.send?.({ each: seconds * perSecond, took: (performance.now() - start) / 1000 });
await db.close();
process.disconnect();
