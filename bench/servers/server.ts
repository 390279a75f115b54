/** One of the measured servers, in a separate process: `node bench/servers/server.ts <name>`. Sends its port to its parent. */
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readConfig } from '#app/config.ts';
import { startServer } from '#app/server.ts';
import { createLog } from '#kernel/log.ts';
import { startBareExpress } from './bare-express.ts';
import { startFloor } from './floor.ts';
import { startGuideStack } from './guide-stack.ts';

const databaseUrl = process.env['DATABASE_URL'] ?? '';
const secret = process.env['SESSION_SECRET'] ?? '';

async function startGuildhall(): Promise<number> {
  const config = readConfig(process.env);
  const log = await createLog({ level: config.logLevel, readable: false });
  const { port } = await startServer({ config, databaseUrl, log, version: 'bench', maxConcurrentHashes: availableParallelism() });
  return port;
}

const servers: Record<string, () => Promise<number>> = {
  guildhall: startGuildhall,
  guide: () => startGuideStack({ databaseUrl, secret }),
  express: startBareExpress,
  floor: () => startFloor({ databaseUrl, secret }),
};

const port = await servers[process.argv[2] ?? '']?.();
process.send?.({ port });
process.on('disconnect', () => process.exit(0));

/** So that memory comparisons exclude uncollected garbage. */
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as (options: { type: 'major'; flavor: 'last-resort' }) => void;
process.on('message', (message) => {
  if (message !== 'collect garbage') return;
  collectGarbage({ type: 'major', flavor: 'last-resort' });
  process.send?.({ collected: true });
});
