/** `npm run update-check`: says what an upgrade to this version would do, and whether anything is in its way. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { inspectMigrations, type MigrationState } from '#kernel/database/migrate.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { type Installation, inspectInstallation } from '../update-check/installation.ts';
import { checkSettings, type SettingsCheck } from '../update-check/settings.ts';
import { type Outcome, readSettings, runCommand, UsageError, withExistingDatabaseUrl } from './command.ts';

const HELP = `npm run update-check [-- --json]

Run it in the new version, before the upgrade, with the settings of the installation: it changes nothing. It says which migrations would be
applied, and whether the servers that run now keep working with them; which settings are unknown here, new, or keep this version from
starting; how much space is free; when the last backup was made; and which versions run.

  --json  print only {"version", "ready", "obstacles", "warnings", "migrations", "settings", "installation"}
  --help  print this help

Uses DATABASE_URL, or the embedded database of DATA_DIR. Exits 0 if the upgrade can go ahead, 1 if something is in its way, and 2 if the
command is not understood.`;

/** A backup this old is mentioned. */
const BACKUP_HOURS = 24;

interface Report {
  /** What must be done first. */
  obstacles: string[];
  /** What should be looked at. */
  warnings: string[];
  /** What is as it should be, or only good to know. */
  notes: string[];
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toLocaleString('en', { maximumFractionDigits: bytes < 1e9 ? 2 : 1 })} GB`;
const list = (names: readonly string[]): string => names.join(', ');

function reportMigrations({ applied, missing, previousWorks, previousStarts }: MigrationState, running: number): Partial<Report> {
  if (applied === 0) return { notes: [`The database is empty: the first start applies all ${missing.length} migrations.`] };
  if (missing.length === 0) return { notes: ['The database is up to date: no migration would be applied.'] };
  const notes = [`${missing.length} ${missing.length === 1 ? 'migration' : 'migrations'} would be applied: ${list(missing)}.`];
  if (previousStarts)
    return {
      notes: [...notes, 'Servers of the version that runs now keep working with them: upgrade one server after the other, or go back.'],
    };
  if (previousWorks)
    return {
      notes: [...notes, 'Servers that run now keep working with them: upgrade one server after the other.'],
      warnings: ['Once they are applied, servers of the former version do not start any more. To go back, you would restore a backup.'],
    };
  const stop = running > 0 ? 'Stop all servers before you start one of this version' : 'Start no server of the former version afterwards';
  return { notes, [running > 0 ? 'obstacles' : 'warnings']: [`Servers of the version that ran so far do not work with them. ${stop}.`] };
}

function reportSettings({ problems, unknown, unmentioned }: SettingsCheck): Partial<Report> {
  const warnings = unknown.map(
    ({ name, likely }) => `${name} is set, and is no setting of this version${likely ? `. Did you mean ${likely}?` : ': remove it.'}`,
  );
  const notes =
    unmentioned.length > 0
      ? [`Not in your .env, and left at their defaults: ${list(unmentioned)}. docs/configuration.md explains them.`]
      : [];
  return { obstacles: problems.map((problem) => `${problem}.`.replace(/\.\.$/, '.')), warnings, notes };
}

function reportInstallation({ databaseBytes, freeBytes, lastBackup, servers }: Installation): Partial<Report> {
  const report = { warnings: [] as string[], notes: [] as string[] };
  const size = `The database takes ${gigabytes(databaseBytes)}`;
  if (freeBytes === undefined) report.notes.push(`${size}. It is on another machine: check there that as much is free.`);
  else if (freeBytes < databaseBytes)
    report.warnings.push(`${size}, and only ${gigabytes(freeBytes)} are free on its disk: make room for a backup.`);
  else report.notes.push(`${size}, and ${gigabytes(freeBytes)} are free on its disk.`);

  const age = lastBackup ? (Date.now() - Date.parse(lastBackup)) / 3_600_000 : Infinity;
  if (lastBackup === undefined)
    report.warnings.push('The version before keeps no list of backups. Make one with this version: npm run backup');
  else if (lastBackup === null) report.warnings.push('No backup has been made. Make one first: npm run backup');
  else if (age > BACKUP_HOURS) report.warnings.push(`The last backup is ${Math.floor(age)} hours old. Make one first: npm run backup`);
  else report.notes.push(`The last backup was made at ${lastBackup.slice(0, 16).replace('T', ' ')} UTC.`);

  const versions = servers.map(({ version = 'a version that does not say which', count }) => `${count} of ${version}`);
  if (servers.length === 0) report.notes.push('No server is running.');
  else if (servers.length > 1)
    report.warnings.push(`Servers of different versions are running: ${list(versions)}. Finish the upgrade before this one first.`);
  else report.notes.push(`Server processes running: ${list(versions)}.`);
  return report;
}

function describe({ obstacles, warnings, notes }: Report): string {
  const lines = [
    `Upgrade to ${packageJson.version}`,
    ...obstacles.map((text) => `✖ ${text}`),
    ...warnings.map((text) => `! ${text}`),
    ...notes.map((text) => `· ${text}`),
  ];
  return [...lines, obstacles.length > 0 ? 'Do what is marked ✖ first.' : 'Nothing is in the way of the upgrade.'].join('\n');
}

async function check(): Promise<Outcome> {
  const file = existsSync('.env') ? await readFile('.env', 'utf8') : undefined;
  if (file !== undefined) process.loadEnvFile();
  const settings = checkSettings(file, process.env);
  // Without settings that are valid, nothing says where the database is.
  if (settings.problems.length > 0) return conclude(settings, undefined);
  const config = readSettings();
  return withExistingDatabaseUrl(config, async (url) => {
    const installation = await inspectInstallation(url, config.databaseUrl === undefined ? config.dataDir : undefined);
    return conclude(settings, { migrations: await inspectMigrations(url), installation });
  });
}

function conclude(settings: SettingsCheck, found: { migrations: MigrationState; installation: Installation } | undefined): Outcome {
  const running = found?.installation.servers.reduce((sum, { count }) => sum + count, 0) ?? 0;
  const parts = [reportSettings(settings), ...(found ? [reportMigrations(found.migrations, running)] : [])];
  if (found && found.migrations.applied > 0) parts.push(reportInstallation(found.installation));
  const join = (kind: keyof Report) => parts.flatMap((part) => part[kind] ?? []);
  const report: Report = { obstacles: join('obstacles'), warnings: join('warnings'), notes: join('notes') };
  const { obstacles, warnings } = report;
  const ready = obstacles.length === 0;
  const json = { version: packageJson.version, ready, obstacles, warnings, settings, ...found };
  return { json, text: describe(report), exitCode: ready ? 0 : 1 };
}

runCommand({
  help: HELP,
  options: {},
  async run({ positionals }) {
    if (positionals.length > 0) throw new UsageError(`update-check takes no ${positionals[0]}.`);
    return check();
  },
});
