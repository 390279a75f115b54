/** `npm run reseal`: encrypts stored secrets anew with the first key of ENCRYPTION_KEY, the last step of rotating it. */
import pg from 'pg';
import type { Config } from '../config.ts';
import { type Resealed, reseal } from '../reseal.ts';
import { loadSecrets } from '../secrets.ts';
import { readSettings, runCommand, withExistingDatabaseUrl } from './command.ts';

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
  if (old > 0 && check)
    lines.push(`${count(old)} of ${total.toLocaleString('en')} still ${old === 1 ? 'needs' : 'need'} an older key. Run npm run reseal.`);
  if (old > 0 && !check)
    lines.push(
      `${count(old)} were sealed with an older key meanwhile. Restart all servers with the new ENCRYPTION_KEY, then run this again.`,
    );
  for (const { what, name, id } of unreadable) lines.push(`No key in ENCRYPTION_KEY opens ${what} ${name} (${id}).`);
  if (unreadable.length > 0) lines.push('Add the key that sealed them to ENCRYPTION_KEY and run this again, or enter these secrets anew.');
  else if (old === 0)
    lines.push(
      `${total === 1 ? 'The secret is' : `All ${count(total)} are`} sealed with the first key: the keys after it can be taken away.`,
    );
  return lines.join('\n');
}

async function run(config: Config, check: boolean): Promise<Resealed> {
  if (config.encryptionKeys.length === 0) throw new Error('ENCRYPTION_KEY is not set: there is nothing to seal with.');
  return withExistingDatabaseUrl(config, async (url) => {
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

runCommand({
  help: HELP,
  options: { check: { type: 'boolean', default: false } },
  async run({ values: { check } }) {
    const result = await run(await loadSecrets(readSettings()), check);
    const { old, unreadable } = result;
    return { json: result, text: describe(result, check), exitCode: old === 0 && unreadable.length === 0 ? 0 : 1 };
  },
});
