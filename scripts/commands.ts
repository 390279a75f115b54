/**
 * Writes `docs/commands.md` from package.json and from what each command says about itself. With --check: fails if the file is out of date.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };

const PATH = 'docs/commands.md';
const COMMAND = /^node (src\/app\/commands\/[\w-]+\.ts)$/;

/** The scripts of package.json that are no commands of an operator. */
const others: Readonly<Record<string, string>> = {
  start: 'starts the server; [configuration.md](configuration.md)',
  dev: 'the server and the client with hot reload, for working on Guildhall',
  build: 'builds the client if its build is missing or out of date; `npm start` does so too',
  test: 'runs every test, or those of the named files',
  check: 'types, lint, imports, texts, SQL and generated files; [CONTRIBUTING](../CONTRIBUTING.md#what-npm-run-check-proves)',
  bench: 'measures Guildhall beside what it is compared with; [performance.md](performance.md)',
  'bench:files': 'the benchmarks of files alone',
  'bench:history': 'the history of a project with 500,000 changes',
  'bench:runs': 'the benchmarks of runs alone',
  plan: 'the servers and the database that a number of users needs; [load-tests.md](load-tests.md#capacity-plan)',
  'test:load': 'load test against a server; [load-tests.md](load-tests.md)',
  'test:stress': 'stress test: more and more users until a target is missed',
  'test:session': 'session test: signing in and staying signed in, for many at once',
  'test:compare': 'the last release beside this one under the same load; [load-tests.md](load-tests.md#two-releases)',
  'test:all-load': 'the three load tests, one after the other',
  'test:files': 'thousands of random changes of files, compared with a model; [files.md](files.md)',
  'test:fuzz': 'a hundred thousand malformed requests',
  'test:proxies': 'three servers behind nginx and HAProxy; needs both',
  'test:replicas': 'streaming replicas that fall behind, die and are promoted, and PgBouncer; needs the latter',
  'test:scale':
    'three servers with a replica behind nginx and HAProxy: upgrade, rollback and faults under load; [upgrading.md](upgrading.md#what-the-test-does)',
  'test:overload': 'ten times the requests that a server can answer, and slow clients; the latter need slowhttptest',
  'test:packaging': 'checks the images, manifests and units in `deploy`',
  'test:chaos': 'faults under load, and whether the books balance afterwards; [reliability.md](reliability.md#faults)',
  'test:soak': 'whether servers keep something of the work they have done; [reliability.md](reliability.md#leaks)',
  'test:monitoring': 'the dashboard and the alert rules against a real Prometheus; needs it',
};

interface Described {
  name: string;
  summary: string;
  /** What --help prints. */
  help: string;
}

/** The first comment of its file, after the colon. */
async function summarize(file: string): Promise<string> {
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(await readFile(file, 'utf8'))?.[1] ?? '';
  const text = comment
    .replace(/^\s*\* ?/gm, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const summary = /^`npm run [^`]+`: (.+?)\.(?: |$)/.exec(text)?.[1];
  if (!summary) throw new Error(`${file} does not begin with a comment such as /** \`npm run name\`: what it does. */`);
  return summary;
}

async function describe(name: string, file: string): Promise<Described> {
  const { stdout } = await promisify(execFile)(process.execPath, [file, '--help']);
  return { name, summary: await summarize(file), help: stdout.trim() };
}

const scripts = Object.entries(packageJson.scripts);
const commands = await Promise.all(
  scripts.flatMap(([name, script]) => {
    const file = COMMAND.exec(script)?.[1];
    return file ? [describe(name, file)] : [];
  }),
);
commands.sort((one, other) => (one.name < other.name ? -1 : 1));
const rest = scripts.flatMap(([name, script]) => (COMMAND.test(script) ? [] : [name]));
const missing = rest.filter((name) => others[name] === undefined);
if (missing.length > 0) throw new Error(`Say in scripts/commands.ts what these do: ${missing.join(', ')}`);

const run = (name: string): string => (['start', 'test'].includes(name) ? `npm ${name}` : `npm run ${name}`);
const anchor = (name: string): string => `npm-run-${name}`;

const text = `# Commands

Written by \`scripts/commands.ts\` from package.json and the commands themselves.

## For operators

| Command | What it does |
| --- | --- |
${commands.map(({ name, summary }) => `| [\`npm run ${name}\`](#${anchor(name)}) | ${summary} |`).join('\n')}

All of them take \`--help\`, and \`--json\` where a program would read the result: then standard output has JSON and nothing else. They exit
with 0 if they worked, 1 if not, and 2 if they were not understood. Arguments come after two dashes: \`npm run user -- list\`. Settings are
those of the server: run a command in its folder, with its environment or \`.env\`. Without \`DATABASE_URL\`, they find the embedded database
of \`DATA_DIR\`.

## For developers, and for measuring

| Command | What it does |
| --- | --- |
${rest.map((name) => `| \`${run(name)}\` | ${others[name]} |`).join('\n')}

${commands.map(({ name, help }) => `## npm run ${name}\n\n\`\`\`\n${help}\n\`\`\``).join('\n\n')}
`;

if (process.argv.includes('--check')) {
  const current = (await readFile(PATH, 'utf8').catch(() => '')) === text;
  if (!current) process.stderr.write(`${PATH} is not current. Run: node scripts/commands.ts\n`);
  process.exitCode = current ? 0 : 1;
} else await writeFile(PATH, text);
