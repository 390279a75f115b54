/**
 * The list of channels (`src/kernel/channels.ts`) is complete: it has each channel that the SQL and the code send to, and each channel of
 * the list is sent to somewhere.
 */
import { glob, readFile } from 'node:fs/promises';
import { channels } from '#kernel/channels.ts';

/** The calls of `pg_notify` there were when this was written: fewer means that the pattern below no longer finds them. */
const MIN_SQL_CALLS = 14;

/** @returns the schema and the code of the server, without tests */
export async function readSources(): Promise<string> {
  const sources = [await readFile('db/schema.sql', 'utf8')];
  for await (const path of glob('src/**/*.ts')) if (!path.endsWith('.test.ts')) sources.push(await readFile(path, 'utf8'));
  return sources.join('\n');
}

/** @returns the channels that SQL sends to, sorted, and what is wrong with the list */
export function compareChannels(sources: string): { sentBySql: string[]; problems: string[] } {
  // The call in `publish` sends its argument.
  const calls = [...sources.matchAll(/pg_notify\((?!'\$\{PG_CHANNEL\}', \$message\))/g)].length;
  const sentBySql = [...sources.matchAll(/pg_notify\('guildhall', '([\w-]+) /g)].map(([, name = '']) => name);
  const published = [...sources.matchAll(/\bpublish\(\s*\w+,\s*'([\w-]+)'/g)].map(([, name = '']) => name);
  const sent = new Set([...sentBySql, ...published]);
  const listed = Object.keys(channels);
  const problems: string[] = [];
  if (sentBySql.length !== calls) problems.push(`${calls - sentBySql.length} calls of pg_notify do not name their channel in their text`);
  if (sentBySql.length < MIN_SQL_CALLS) problems.push(`only ${sentBySql.length} calls of pg_notify are found`);
  for (const name of sent) if (!listed.includes(name)) problems.push(`${name} is sent to, but is not in the list of channels`);
  for (const name of listed) if (!sent.has(name)) problems.push(`${name} is in the list of channels, but nothing sends to it`);
  return { sentBySql: [...new Set(sentBySql)].sort(), problems };
}

if (import.meta.main) {
  const { problems } = compareChannels(await readSources());
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.stdout.write(
    problems.length === 0 ? 'The list of channels is complete.\n' : `${problems.length} problems with the list of channels.\n`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}
