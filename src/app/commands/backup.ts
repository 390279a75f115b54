/** `npm run backup -- --to FOLDER`: one file with everything, of a running installation too. */
import { loadEngine, recordMade } from '#features/backups/server/backups.ts';
import { explainDatabaseFailure } from '#kernel/database/explain-start.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { sealedColumns } from '../reseal.ts';
import { loadSecrets } from '../secrets.ts';
import { readPassphrase, scratchOf } from './backup-arguments.ts';
import { readSettings, runCommand, UsageError, withDatabase, withExistingDatabaseUrl } from './command.ts';
import { createProgressLine, formatSize } from './progress-line.ts';

const HELP = `npm run backup -- [--to FOLDER|s3://BUCKET/FOLDER] [--encrypt] [--json]

Writes all of this installation into one file: consistent while people work, compressed, and read again before it gets its name.

  --to FOLDER             where to; default: BACKUP_TO, or the folder backups in DATA_DIR
  --encrypt               encrypt it with BACKUP_PASSPHRASE; it then contains SESSION_SECRET and ENCRYPTION_KEY too.
                          Default if BACKUP_PASSPHRASE is set
  --passphrase-file FILE  read the passphrase from the first line of FILE instead
  --json                  print only {"file", "bytes", "rows", "encrypted", "keyIds", "sealed", "listed"}
  --help                  print this help

Uses DATABASE_URL, or the database of DATA_DIR, which is started if no server is running. Restore it with npm run restore -- FILE --yes.
Exits 0 if the backup was made and verified, 1 if not, and 2 if the command is not understood.`;

runCommand({
  help: HELP,
  options: { to: { type: 'string' }, encrypt: { type: 'boolean' }, 'passphrase-file': { type: 'string' } },
  async run({ values, positionals }) {
    if (positionals.length > 0) throw new UsageError(`Name the folder with --to ${positionals[0]}.`);
    const config = await loadSecrets(readSettings());
    const passphrase = await readPassphrase(values['passphrase-file'], config);
    if (values.encrypt && passphrase === undefined) throw new UsageError('Set BACKUP_PASSPHRASE, or name a file with --passphrase-file.');
    const { createDestination, takeBackup } = await loadEngine();
    const destination = createDestination(values.to ?? config.backups.to, { s3: config.backups.s3, scratch: scratchOf(config) });
    const progress = createProgressLine();
    const written = await withExistingDatabaseUrl(config, async (url) => {
      const startedAt = new Date().toISOString();
      const made = await takeBackup({
        url,
        destination,
        version: packageJson.version,
        passphrase,
        secrets: { sessionSecrets: config.sessionSecrets, encryptionKeys: config.encryptionKeys },
        sealedColumns,
        onProgress: ({ table, bytes }) => progress.show(`Read ${formatSize(bytes)}, ${table}`),
      });
      const { location, host } = destination;
      const { name, bytes, rows } = made;
      // A database that takes no changes can still be saved.
      const listed = await withDatabase(url, (db) =>
        recordMade(db, { name, location, host, bytes, rows, encrypted: passphrase !== undefined, startedAt }),
      ).catch((error: Error) => error);
      return { ...made, notListed: listed instanceof Error ? (explainDatabaseFailure(listed) ?? listed.message) : undefined };
    });
    progress.end();
    const { path, bytes, rows, header, notListed } = written;
    const { sealed, keyIds } = header;
    const encrypted = passphrase !== undefined;
    const secrets = sealed.reduce((sum, { count }) => sum + count, 0);
    const aboutKeys = encrypted
      ? 'It is encrypted and contains the keys. Keep the passphrase elsewhere.'
      : secrets > 0
        ? `It contains ${secrets === 1 ? 'a secret' : `${secrets} secrets`} sealed with ENCRYPTION_KEY (key ${keyIds.join(', ')}), but not the key. Keep that elsewhere.`
        : 'It is not encrypted. It contains no secrets sealed with ENCRYPTION_KEY.';
    return {
      json: { file: path, bytes, rows, encrypted, keyIds, sealed, listed: notListed === undefined },
      text: [
        `Backed up ${rows.toLocaleString('en')} rows to ${path} (${formatSize(bytes)}).`,
        aboutKeys,
        ...(notListed === undefined ? [] : [`The list of backups does not have it: ${notListed}`]),
      ].join('\n'),
    };
  },
});
