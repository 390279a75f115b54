/** `npm run migrate`: brings the database up to this version, or says what is missing. */
import { inspectMigrations, migrate } from '#kernel/database/migrate.ts';
import { requireSuitable } from '#kernel/database/requirements.ts';
import { type Outcome, readSettings, runCommand, UsageError, withDatabaseUrl, withExistingDatabaseUrl } from './command.ts';

const HELP = `npm run migrate [-- --check] [--json]

Applies the migrations that the database is missing, each in a transaction of its own. Safe while servers are running, also several times at
once: one applies them, the others wait. A server does the same when it starts, so this is for doing it at a time of your own. What they
create belongs to the owner of the tables, also if a superuser applies them.

  --check  apply nothing; list what is missing, and exit 1 if anything is
  --json   print only JSON: {"applied": […]}, or with --check {"missing": […], "previousWorks", "previousStarts"}: whether servers of the
           version that runs now keep working on the migrated database, and start on it
  --help   print this help

Uses DATABASE_URL, or the embedded database of DATA_DIR. Exits 0 if the database is up to date, 1 if not or if a migration failed, and 2 if
the command is not understood.`;

const list = (names: readonly string[]) => names.map((name) => `  ${name}`).join('\n');
const count = (names: readonly string[]) => `${names.length} ${names.length === 1 ? 'migration' : 'migrations'}`;
const UP_TO_DATE = 'The database is up to date.';

async function check(url: string): Promise<Outcome> {
  const { applied: _, ...json } = await inspectMigrations(url);
  const { missing, previousWorks } = json;
  if (missing.length === 0) return { json, text: UP_TO_DATE };
  const servers = previousWorks
    ? 'Servers that run now keep working while and after they are applied.'
    : 'Servers that run now do not work with them: stop these first.';
  const text = `${count(missing)} ${missing.length === 1 ? 'is' : 'are'} missing. Apply with: npm run migrate\n${list(missing)}\n${servers}`;
  return { json, text, exitCode: 1 };
}

async function apply(url: string): Promise<Outcome> {
  const applied = await migrate(url);
  return { json: { applied }, text: applied.length === 0 ? UP_TO_DATE : `Applied ${count(applied)}:\n${list(applied)}` };
}

runCommand({
  help: HELP,
  options: { check: { type: 'boolean', default: false } },
  async run({ values, positionals }) {
    if (positionals.length > 0) throw new UsageError(`migrate takes no ${positionals[0]}.`);
    const config = readSettings();
    const withUrl = values.check ? withExistingDatabaseUrl : withDatabaseUrl;
    return withUrl(config, async (url) => {
      if (config.databaseUrl) await requireSuitable(url);
      return values.check ? check(url) : apply(url);
    });
  },
});
