/** Writes `docs/configuration.md` from the schema that reads the environment. With --check: fails if the file is out of date. */
import { readFile, writeFile } from 'node:fs/promises';
import { environment } from '#app/config.ts';
import { defaultOf, valuesOf } from './settings.ts';

const PATH = 'docs/configuration.md';

/** In this order. A setting that no group names is in the last one. */
const groups: readonly [title: string, names: RegExp][] = [
  ['Server', /^(?:NODE_ENV|PORT|HOST|PUBLIC_URL|TRUST_PROXY|WEB_CONCURRENCY|HTTP_PORT|TLS_\w+)$/],
  ['Database', /^(?:DATABASE_\w+|PG_POOL_MAX|DATA_DIR)$/],
  ['Secrets and sessions', /^(?:SESSION_\w+|ENCRYPTION_KEY|BCRYPT_SALT_ROUNDS|SIGNUP)$/],
  ['Rate limits', /^RATE_LIMIT_/],
  ['Sizes and caps', /^(?:MAX_\w+|BODY_MEMORY_MB)$/],
  ['Models and tool servers', /^(?:MODEL_|OPENAI_|ANTHROPIC_|TOOL_SERVER_)/],
  ['Email', /^(?:SMTP_URL|MAIL_FROM)$/],
  ['Backups', /^(?:BACKUP|RESTORE|AWS)_/],
  ['Logs, metrics and traces', /^(?:LOG_LEVEL|METRICS_TOKEN|OTEL_\w+)$/],
  ['More', /^/],
];

const cell = (text: string): string => text.replaceAll('|', '\\|');
const code = (text: string): string => (text === '' ? '' : `\`${text}\``);

const settings = Object.entries(environment.shape);
const sections = groups.flatMap(([title, names], index) => {
  const own = settings.filter(([name]) => groups.findIndex(([, other]) => other.test(name)) === index && names.test(name));
  if (own.length === 0) return [];
  const rows = own.map(
    ([name, schema]) =>
      `| ${code(name)} | ${code(defaultOf(name, schema))} | ${cell(valuesOf(schema))} | ${cell(schema.description ?? '')} |`,
  );
  return [[`## ${title}`, '', '| Setting | Default | Values | For |', '| --- | --- | --- | --- |', ...rows].join('\n')];
});

const text = `# Configuration

Every setting is an environment variable. A file named \`.env\` where Guildhall starts is read too; what the environment says goes before
it. A change takes effect when the server starts. An empty value counts as unset.

Development needs no setting at all. Production needs \`NODE_ENV=production\`, \`DATABASE_URL\` and \`SESSION_SECRET\`, and lists what is
missing or wrong, all at once, instead of starting. \`npm run update-check\` says the same without starting, and names what is set but is no
setting.

[.env.example](../.env.example) has the same list to copy. Both are written from \`src/app/config.ts\`
(\`node scripts/configuration.ts\`, \`node scripts/env-example.ts\`), and \`npm run check\` compares them with it.

${sections.join('\n\n')}
`;

if (process.argv.includes('--check')) {
  const current = (await readFile(PATH, 'utf8').catch(() => '')) === text;
  if (!current) process.stderr.write(`${PATH} is not current. Run: node scripts/configuration.ts\n`);
  process.exitCode = current ? 0 : 1;
} else await writeFile(PATH, text);
