/** `npm run restore -- FILE --yes`: replaces everything in this installation by a backup, or nothing. */
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { loadEngine, recordConfirmed } from '#features/backups/server/backups.ts';
import { findRunning } from '#kernel/database/embedded/embedded.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Config } from '../config.ts';
import { findUnreadable, sealedColumns } from '../reseal.ts';
import { addStoredSecrets, loadSecrets, type Secrets, usesStoredSecrets } from '../secrets.ts';
import { readPassphrase, scratchOf } from './backup-arguments.ts';
import { type Outcome, readSettings, runCommand, UsageError, withDatabase, withDatabaseUrl, withExistingDatabaseUrl } from './command.ts';
import { createProgressLine, formatSize } from './progress-line.ts';

const HELP = `npm run restore -- FILE|s3://BUCKET/FOLDER/FILE --yes [--json]
npm run restore -- --confirm
npm run restore -- FILE --project NAME|ID --to FILE.zip

Replaces everything in this installation by a backup made with npm run backup, of this version or an earlier one. Stop all servers first.
What is here is saved in DATA_DIR/restore-points before. If anything fails, or the machine dies, everything is as it was.

  --yes                   replace everything; without it, only say what the backup holds
  --passphrase-file FILE  read the passphrase of an encrypted backup from the first line of FILE; default: BACKUP_PASSPHRASE
  --without-secrets       restore although no key here opens some of its secrets; they have to be entered again
  --confirm               let email, webhooks, schedules, triggers and runs go out again after a restore
  --project NAME|ID       write the current files of one project to the zip named with --to, and restore nothing
  --json                  print only JSON
  --help                  print this help

Uses DATABASE_URL, or the database of DATA_DIR. Exits 0 if it worked, 1 if not, and 2 if the command is not understood.`;

async function confirm(config: Config): Promise<Outcome> {
  const confirmed = await withExistingDatabaseUrl(config, (url) => withDatabase(url, recordConfirmed));
  const text = confirmed
    ? 'Confirmed. Email, webhooks, schedules, triggers and runs go out again.'
    : 'Nothing is held back: there is no restore to confirm.';
  return { json: { confirmed }, text };
}

/** @param work gets the path of the file, which is fetched first if it is in a bucket */
async function withFile<T>(source: string, config: Config, work: (path: string) => Promise<T>): Promise<T> {
  const { createDestination, explainDisk, isBucket } = await loadEngine();
  if (!isBucket(source)) return work(resolve(source));
  const slash = source.lastIndexOf('/');
  const name = source.slice(slash + 1);
  if (name === '') throw new UsageError('Name a file in the bucket: s3://BUCKET/FOLDER/FILE.');
  const scratch = scratchOf(config);
  const { chunks } = await createDestination(source.slice(0, slash), { s3: config.backups.s3, scratch }).read(name);
  await mkdir(scratch, { recursive: true, mode: 0o700 }).catch(explainDisk(scratch));
  // Of its own: another restore may fetch the same file.
  const folder = await mkdtemp(join(scratch, 'restore-')).catch(explainDisk(scratch));
  try {
    const path = join(folder, name);
    await pipeline(chunks, createWriteStream(path, { mode: 0o600 })).catch(explainDisk(scratch));
    return await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Makes the keys of an encrypted backup available: in DATA_DIR, if this installation has its own there; otherwise in a file, from which the
 * operator takes them into the environment. @returns the path of that file if it is needed
 */
async function keepSecrets(given: Config, added: Secrets): Promise<string | undefined> {
  if (usesStoredSecrets(given)) {
    await addStoredSecrets(given.dataDir, added);
    return undefined;
  }
  const missing = added.encryptionKeys.filter((key) => !given.encryptionKeys.includes(key));
  if (missing.length === 0) return undefined;
  const path = join(given.dataDir, 'restored-keys.env');
  await mkdir(given.dataDir, { recursive: true });
  await writeFile(path, `ENCRYPTION_KEY=${[...given.encryptionKeys, ...missing].join(',')}\n`, { mode: 0o600, flush: true });
  return path;
}

interface Request {
  path: string;
  passphrase: string | undefined;
  withoutSecrets: boolean;
}

async function restoreInto(url: string, given: Config, config: Config, { path, ...request }: Request): Promise<Outcome> {
  const { createDestination, restore, takeBackup } = await loadEngine();
  const progress = createProgressLine();
  let keysFile: string | undefined;
  const points = createDestination(join(config.dataDir, 'restore-points'), { s3: undefined, scratch: scratchOf(config) });
  const secrets = { sessionSecrets: config.sessionSecrets, encryptionKeys: config.encryptionKeys };
  const restored = await restore({
    url,
    path,
    ...request,
    saveRestorePoint: async () =>
      (
        await takeBackup({
          url,
          destination: points,
          version: packageJson.version,
          passphrase: config.backups.passphrase,
          secrets,
          sealedColumns,
        })
      ).path,
    keepSecrets: async (added) => {
      keysFile = await keepSecrets(given, added);
    },
    findUnreadable: (client, added) => findUnreadable(client, [...config.encryptionKeys, ...(added?.encryptionKeys ?? [])]),
    onStep: (step) => process.stderr.write(`${steps[step]}\n`),
    onProgress: ({ table, bytes }) => progress.show(`Restored ${formatSize(bytes)}, ${table}`),
  });
  progress.end();
  const { header, rows, migrated, restorePoint, unreadable, skipped } = restored;
  const lines = [
    `Restored ${rows.toLocaleString('en')} rows of the backup of ${minuteOf(header.madeAt)}${migrated.length > 0 ? `, and applied ${migrated.length} migrations` : ''}.`,
    ...(restorePoint ? [`What was here before is in ${restorePoint}. To go back, restore that file.`] : []),
    ...(keysFile ? [`Set ENCRYPTION_KEY to the value in ${keysFile}, and delete that file.`] : []),
    ...(unreadable.length > 0 ? [`Enter these secrets again:\n${unreadable.map((each) => `  - ${each}`).join('\n')}`] : []),
    ...(skipped.length > 0 ? [`Not restored, since they are not Guildhall’s: the tables ${skipped.join(', ')}.`] : []),
    'Everybody signs in again. Nothing goes out yet: no email, webhook, schedule, trigger or run. Start the server, look around, and confirm',
    'with npm run restore -- --confirm, or under Monitor → Backups.',
  ];
  return {
    json: {
      madeAt: header.madeAt,
      version: header.version,
      rows,
      migrated,
      restorePoint: restorePoint ?? null,
      unreadable,
      skipped,
      keysFile: keysFile ?? null,
    },
    text: lines.join('\n'),
  };
}

const steps = {
  verify: 'Reading the backup and comparing its checksums …',
  restorePoint: 'Saving what is here …',
  load: 'Restoring …',
  migrate: 'Applying later migrations …',
  check: 'Checking …',
  commit: 'Committing …',
  committed: 'Done.',
} as const;

const minuteOf = (time: string): string => `${time.slice(0, 16).replace('T', ' ')} UTC`;

/** Without --yes. */
async function describe(path: string, config: Config): Promise<Outcome> {
  const { readBackupHeader } = await loadEngine();
  const { madeAt, version, encryption, sealed, keyIds, migrations } = await readBackupHeader(path);
  const where = config.databaseUrl ? `the database ${new URL(config.databaseUrl).pathname.slice(1)}` : config.dataDir;
  const secrets = sealed.map(({ what, count }) => `  - ${what}: ${count}`);
  const lines = [
    `A backup of ${minuteOf(madeAt)}, made by version ${version}, ${encryption ? 'encrypted' : 'not encrypted'}.`,
    ...(secrets.length > 0 ? [`Its secrets are sealed with the key ${keyIds.join(', ')}:`, ...secrets] : []),
    `Add --yes to replace everything in ${where} by it.`,
  ];
  return { json: { madeAt, version, encrypted: encryption !== null, sealed, keyIds, migrations }, text: lines.join('\n'), exitCode: 2 };
}

async function requireStopped({ databaseUrl, dataDir }: Config): Promise<void> {
  if (databaseUrl === undefined && (await findRunning(dataDir)) !== undefined)
    throw new Error(`A server is running on ${dataDir}. Stop it, then restore.`);
}

runCommand({
  help: HELP,
  options: {
    yes: { type: 'boolean', default: false },
    confirm: { type: 'boolean', default: false },
    'without-secrets': { type: 'boolean', default: false },
    'passphrase-file': { type: 'string' },
    project: { type: 'string' },
    to: { type: 'string' },
  },
  async run({ values, positionals: [source, ...more] }) {
    const given = readSettings();
    if (values.confirm) {
      if (source || values.yes) throw new UsageError('Restore first, look around, and then confirm: --confirm takes no backup.');
      return confirm(given);
    }
    if (!source || more.length > 0) throw new UsageError('Name one backup.');
    const { project, to, yes, 'without-secrets': withoutSecrets } = values;
    if ((project === undefined) !== (to === undefined)) throw new UsageError('--project and --to belong together.');
    const passphrase = await readPassphrase(values['passphrase-file'], given);
    return withFile(source, given, async (path) => {
      if (project !== undefined && to !== undefined) {
        const { extractProject } = await loadEngine();
        const extracted = await extractProject(path, passphrase, project, resolve(to));
        return { json: { ...extracted, to: resolve(to) }, text: `Wrote ${extracted.files} files of ${extracted.project.name} to ${to}.` };
      }
      if (!yes) return describe(path, given);
      await requireStopped(given);
      const config = await loadSecrets(given);
      return withDatabaseUrl(config, (url) => restoreInto(url, given, config, { path, passphrase, withoutSecrets }));
    });
  },
});
