/** `npm run doctor`: goes through the production checklist by trying everything on it. */
import { existsSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { groupOf, groups } from '#features/doctor/codes.ts';
import type { CheckResult } from '#features/doctor/contract.ts';
import { composeBundle, examine, type Subject } from '#features/doctor/server/doctor.ts';
import { findRunning, hasCluster } from '#kernel/database/embedded/embedded.ts';
import { type Config, surveyConfig } from '../config.ts';
import { doctorSubject } from '../doctor-subject.ts';
import { loadSecrets } from '../secrets.ts';
import { runCommand, UsageError, withDatabaseUrl } from './command.ts';

const HELP = `npm run doctor [-- --json] [-- --bundle FILE] [-- --mail ADDRESS]

Goes through the production checklist by trying everything on it: the environment, the database, the public address and its proxy,
stored secrets, mail, models, monitoring, backups. Run it before the start as well as beside a running server, with the environment of
the server. It changes nothing, and takes less than 15 seconds. docs/doctor.md explains each code.

  --json          print only {"checks": [{"code", "title", "status", "detail", "advice"}]}; status: ok, warning, failed or skipped
  --bundle FILE   also write a file to share when you ask for help, with versions, settings and sizes and without secrets
  --mail ADDRESS  also send a test email there
  --help          print this help

Exits 0, 1 if any check failed, and 2 if the command is not understood.`;

/** Hanging connections and lookups would keep the process; by then the result is printed. */
const EXIT_MS = 1000;

interface Given {
  config: Config;
  more: Pick<Subject, 'problems' | 'secretsMode' | 'mailTo'>;
}

async function readGiven(mailTo: string | undefined): Promise<Given> {
  if (existsSync('.env')) process.loadEnvFile();
  const { config, problems } = surveyConfig(process.env);
  const secretsMode = (await stat(join(config.dataDir, 'secrets.json')).catch(() => undefined))?.mode;
  const more = { problems, secretsMode, mailTo };
  // Only the server makes secrets.
  if (secretsMode === undefined) return { config, more };
  try {
    return { config: await loadSecrets(config), more };
  } catch (error) {
    problems.push({ variable: 'DATA_DIR', message: messageOf(error) });
    return { config, more };
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Calls `work` with the database, started for that long if it is the embedded one and no server runs. */
async function withDatabaseAt<T>(config: Config, work: (at: Subject['databaseAt']) => Promise<T>): Promise<T> {
  const { directUrl, databaseUrl, dataDir, production } = config;
  const url = directUrl ?? databaseUrl ?? (await findRunning(dataDir));
  if (url !== undefined) return work({ url });
  // An invalid DATABASE_URL has been left out.
  if (production || process.env['DATABASE_URL']) return work({ reason: 'DATABASE_URL is not set, or not valid.', broken: true });
  if (!hasCluster(dataDir)) return work({ reason: 'The database is created when the server first starts.' });
  let started = false;
  try {
    return await withDatabaseUrl(config, (embedded) => {
      started = true;
      return work({ url: embedded });
    });
  } catch (error) {
    if (started) throw error;
    return work({ reason: messageOf(error), broken: true });
  }
}

const marks = { ok: 'ok', warning: 'WARNING', failed: 'FAILED', skipped: 'skipped' } as const;
const headings = {
  settings: 'Settings',
  machine: 'Machine',
  database: 'Database',
  address: 'Public address',
  services: 'Services',
  operation: 'Operation',
} satisfies Record<keyof typeof groups, string>;

function describe(checks: readonly CheckResult[], seconds: number): string {
  const lines: string[] = [];
  for (const group of Object.keys(groups) as (keyof typeof groups)[]) {
    lines.push(headings[group]);
    for (const { code, title, status, detail, advice } of checks.filter((check) => groupOf(check.code) === group)) {
      lines.push(`  ${marks[status].padEnd(8)} ${title}: ${detail}`);
      if (advice) lines.push(`           ${advice} (${code})`);
    }
    lines.push('');
  }
  const count = (status: CheckResult['status']) => checks.filter((check) => check.status === status).length;
  const warnings = count('warning') === 1 ? '1 warning' : `${count('warning')} warnings`;
  const sums = `${count('ok')} ok, ${warnings}, ${count('failed')} failed, ${count('skipped')} skipped`;
  lines.push(`${sums}, in ${seconds.toFixed(1)} s. docs/doctor.md explains each code.`);
  return lines.join('\n');
}

const writeBundle = (file: string, bundle: object): Promise<void> =>
  writeFile(file, `${JSON.stringify(bundle, null, 2)}\n`, { mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file} cannot be written (${error.code}). Choose another file with --bundle.`, { cause: error });
  });

runCommand({
  help: HELP,
  options: { bundle: { type: 'string' }, mail: { type: 'string' } },
  async run({ values: { bundle, mail }, positionals }) {
    if (positionals.length > 0) throw new UsageError(`The doctor takes no ${positionals[0]}.`);
    if (mail !== undefined && !/^[^\s@]+@[^\s@]+$/.test(mail)) throw new UsageError('--mail needs an address, such as you@example.com.');
    const begun = performance.now();
    const { config, more } = await readGiven(mail);
    const checks = await withDatabaseAt(config, async (databaseAt) => {
      const subject = { ...doctorSubject(config, databaseAt), ...more };
      const found = await examine(subject);
      if (bundle !== undefined) await writeBundle(bundle, await composeBundle(subject, found));
      return found;
    });
    setTimeout(() => process.exit(), EXIT_MS).unref();
    const written = bundle === undefined ? '' : `\nWrote ${bundle}. Read it before you share it.`;
    return {
      json: { checks },
      text: describe(checks, (performance.now() - begun) / 1000) + written,
      exitCode: checks.some(({ status }) => status === 'failed') ? 1 : 0,
    };
  },
});
