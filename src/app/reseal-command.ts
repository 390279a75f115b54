/** `npm run reseal`: the last step of rotating ENCRYPTION_KEY. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { findRunning, startEmbedded } from '#kernel/database/embedded/embedded.ts';
import { createLog } from '#kernel/log.ts';
import { type Config, readConfig } from './config.ts';
import { type Resealed, reseal } from './reseal.ts';
import { loadSecrets } from './secrets.ts';

const HELP = `npm run reseal [-- --check] [-- --json]

Re-encrypts model provider keys, tool server tokens and webhook secrets with the first key of ENCRYPTION_KEY, so that the
keys after it can be removed. Safe to run while servers are up, and to interrupt and restart.

  --check  change nothing; exit 1 if anything is still encrypted with an older key
  --json   print only {"total", "resealed", "old", "unreadable": [{"what", "name", "id"}]}
  --help   print this help

Exits 0 if everything is encrypted with the first key, otherwise 1.`;

const count = (number: number, one = 'secret', many = 'secrets') => `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

function describe({ total, resealed, old, unreadable }: Resealed, check: boolean): string {
  if (total === 0) return 'No secrets are stored, so there is nothing to reseal.';
  const lines = check ? [] : [`Resealed ${resealed.toLocaleString('en')} of ${count(total)} with the first key of ENCRYPTION_KEY.`];
  if (old > 0 && check) lines.push(`${count(old)} of ${total.toLocaleString('en')} still need an older key. Run npm run reseal.`);
  if (old > 0 && !check)
    lines.push(
      `${count(old)} were sealed with an older key meanwhile. Restart all servers with the new ENCRYPTION_KEY, then run this again.`,
    );
  for (const { what, name, id } of unreadable) lines.push(`No key in ENCRYPTION_KEY opens ${what} ${name} (${id}).`);
  if (unreadable.length > 0) lines.push('Add the key that sealed them to ENCRYPTION_KEY and run this again, or enter these secrets anew.');
  else if (old === 0) lines.push(`All ${count(total)} are sealed with the first key: the keys after it can be taken away.`);
  return lines.join('\n');
}

async function withDatabase<T>({ databaseUrl, dataDir }: Config, work: (url: string) => Promise<T>): Promise<T> {
  const url = databaseUrl ?? (await findRunning(dataDir));
  if (url !== undefined) return work(url);
  const database = await startEmbedded({ dataDir, log: await createLog({ level: 'warn', readable: true }) });
  try {
    return await work(database.url);
  } finally {
    await database.stop();
  }
}

async function run(config: Config, check: boolean): Promise<Resealed> {
  if (config.encryptionKeys.length === 0) throw new Error('ENCRYPTION_KEY is not set: there is nothing to seal with.');
  return withDatabase(config, async (url) => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: 'guildhall reseal' });
    client.on('error', () => undefined);
    await client.connect();
    try {
      const { rows } = await client.query<{ found: boolean }>(`select to_regclass('model_providers') is not null as found`);
      if (!rows[0]?.found) throw new Error('There is no Guildhall in this database yet. Start the server once.');
      return await reseal(client, config.encryptionKeys, { change: !check });
    } finally {
      await client.end();
    }
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) return void process.stdout.write(`${HELP}\n`);
  if (existsSync('.env')) process.loadEnvFile();
  const check = values.check ?? false;
  const result = await run(await loadSecrets(readConfig(process.env)), check);
  process.stdout.write(`${values.json ? JSON.stringify(result) : describe(result, check)}\n`);
  process.exitCode = result.old === 0 && result.unreadable.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
