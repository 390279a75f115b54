/** `npm run seed`: fills an empty installation with a demo team, so that every screen has something to show. */
import { operators } from '#features/accounts/server/accounts.ts';
import { migrate } from '#kernel/database/migrate.ts';
import { createDatabase } from '#kernel/database/pool.ts';
import { requireSuitable } from '#kernel/database/requirements.ts';
import { createLog } from '#kernel/log.ts';
import { loadSecrets } from '../secrets.ts';
import type { SeededLarge } from '../seed/large/large.ts';
import { type Seeded, seed } from '../seed/seed.ts';
import { linkTo, type Outcome, readSettings, runCommand, UsageError, withDatabaseUrl } from './command.ts';
import { createProgressLine, formatSize } from './progress-line.ts';

const HELP = `npm run seed [-- --yes] [--large [--scale NUMBER]] [--json]

Makes a demo team with five people: projects with files and a history, agents, runs of the demo model, of which some wait for approval,
schedules, triggers and rules. Prints the address with which each person signs in, and a link with which they set their password, once,
within 24 hours. Nothing is sent to anybody.

  --yes    also beside accounts that exist already; what they have is not touched
  --large  instead, fills an empty installation to measure on: 20,000 people and projects, 1 million files in 2 million versions, 50,000
           runs with 5 million events, 1 million audit entries; takes minutes and some 7 GB
  --scale  share of that, such as 0.01
  --json   print only {"organization", "people": [{"name", "email", "role", "operator", "link", "expiresAt"}], "projects", "runs"};
           with --large {"email", "password", "rows", "bytes", "seconds"}
  --help   print this help

Uses DATABASE_URL, or the embedded database of DATA_DIR, and brings it up to date first. Exits 0 if it worked, 1 if not, and 2 if the command
is not understood.`;

const count = (number: number, one: string) => `${number} ${one}${number === 1 ? '' : 's'}`;

function describe({ organization, people, projects, runs }: Seeded, linkOf: (path: string) => string): string {
  const width = Math.max(...people.map(({ email }) => email.length));
  const lines = people.map(
    ({ email, role, operator, path }) => `  ${email.padEnd(width)}  ${role}${operator ? ', operator' : ''}\n    ${linkOf(path)}`,
  );
  const until = people[0]?.expiresAt.slice(0, 16).replace('T', ' ');
  return [
    `${organization.name} is there: ${count(people.length, 'person').replace('persons', 'people')}, ${count(projects.length, 'project')}, ${count(runs, 'run')}.`,
    `Each person sets their password with their link, once, until ${until} UTC:`,
    ...lines,
  ].join('\n');
}

async function run(yes: boolean): Promise<Outcome> {
  const config = await loadSecrets(readSettings());
  const log = await createLog({ level: 'error', readable: true });
  return withDatabaseUrl(config, async (url) => {
    if (config.databaseUrl) await requireSuitable(url);
    await migrate(url);
    const db = createDatabase({ url, max: 2, log });
    try {
      const { length } = await operators.listPeople(db);
      if (length > 0 && !yes)
        throw new Error(
          `There ${length === 1 ? 'is 1 account' : `are ${length} accounts`} here already. To add the demo team beside them: npm run seed -- --yes`,
        );
      const seeded = await seed({ db, config, databaseUrl: url, log });
      const people = seeded.people.map(({ path, ...person }) => ({ ...person, link: linkTo(config, path) }));
      return { json: { ...seeded, people }, text: describe(seeded, (path) => linkTo(config, path)) };
    } finally {
      await db.close();
    }
  });
}

function readScale(text: string): number {
  const scale = Number(text);
  if (!(scale > 0 && scale <= 10)) throw new UsageError(`--scale is ${text}. Give a number above 0, and 10 at most.`);
  return scale;
}

async function runLarge(scale: number): Promise<Outcome> {
  const config = readSettings();
  // Only here: its texts take time to make.
  const { seedLarge } = await import('../seed/large/large.ts');
  const progress = createProgressLine();
  return withDatabaseUrl(config, async (url) => {
    if (config.databaseUrl) await requireSuitable(config.databaseUrl);
    await migrate(url);
    const seeded = await seedLarge({ databaseUrl: url, scale, rounds: config.bcryptRounds, onProgress: progress.show }).finally(
      progress.end,
    );
    return { json: seeded, text: describeLarge(seeded) };
  });
}

function describeLarge({ email, password, rows, bytes, seconds }: SeededLarge): string {
  const width = Math.max(...Object.keys(rows).map((name) => name.length));
  const lines = Object.entries(rows).map(([name, count]) => `  ${name.padEnd(width)}  ${count.toLocaleString('en').padStart(11)}`);
  return [
    `A large installation is there: ${formatSize(bytes)}, in ${Math.round(seconds)} s.`,
    ...lines,
    `Everybody has the password ${password}. Its operator is ${email}.`,
  ].join('\n');
}

runCommand({
  help: HELP,
  options: {
    yes: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
    scale: { type: 'string', default: '1' },
  },
  async run({ values: { yes, large, scale }, positionals }) {
    if (positionals.length > 0) throw new UsageError(`seed takes no ${positionals[0]}.`);
    if (!large && scale !== '1') throw new UsageError('--scale is for --large.');
    return large ? runLarge(readScale(scale)) : run(yes);
  },
});
