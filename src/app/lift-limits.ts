/** `npm run lift-limits -- ada@example.com`: for an operator, when a person has used up a limit and should not have to wait. */
import { existsSync } from 'node:fs';
import { liftLimits } from '#features/limits/server/limits.ts';
import { findRunning } from '#kernel/database/embedded/embedded.ts';
import { createDatabase } from '#kernel/database/pool.ts';
import { createLog } from '#kernel/log.ts';
import { readConfig } from './config.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);

async function main([who, ...more]: string[]): Promise<void> {
  if (!who || more.length > 0)
    throw new Error('Name one person by e-mail address, or one IP address: npm run lift-limits -- ada@example.com');
  if (existsSync('.env')) process.loadEnvFile();
  const config = readConfig(process.env);
  const url = config.databaseUrl ?? (await findRunning(config.dataDir));
  if (!url)
    throw new Error(`No server is running on ${config.dataDir}, and limits do not outlive it. Set DATABASE_URL if yours is elsewhere.`);
  const db = createDatabase({ url, max: 2, log: await createLog({ level: 'silent', readable: false }) });
  try {
    const { forgotten, hasAccount } = await liftLimits(db, who);
    const of = hasAccount || !who.includes('@') ? who : `${who}, which is no account here,`;
    print(`The limits of ${of} are lifted on all servers: ${forgotten === 1 ? '1 count was' : `${forgotten} counts were`} forgotten.`);
  } finally {
    await db.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
