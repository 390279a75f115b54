/** Generates `.env.example` from the schema that reads the environment. With --check: fails if the file is out of date. */
import { readFile, writeFile } from 'node:fs/promises';
import { environment } from '#app/config.ts';
import { defaultOf } from './settings.ts';

const lines = Object.entries(environment.shape).map(([name, schema]) => `# ${schema.description}\n#${name}=${defaultOf(name, schema)}\n`);
const text = `# Copy to .env and uncomment what you set. Development needs none of it.\n\n${lines.join('\n')}`;

if (process.argv.includes('--check')) {
  const current = (await readFile('.env.example', 'utf8').catch(() => '')) === text;
  if (!current) process.stderr.write('.env.example is not current. Run: node scripts/env-example.ts\n');
  process.exitCode = current ? 0 : 1;
} else await writeFile('.env.example', text);
