/** Writes the table of rights into `docs/roles.md`. With --check: fails if the file is out of date. */
import { readFile, writeFile } from 'node:fs/promises';
import { texts } from '#wire/right-texts.ts';
import { type Right, type RightName, rights } from '#wire/rights.ts';
import { atLeast, role as roles } from '#wire/role.ts';

const PATH = 'docs/roles.md';
const START = '<!-- The tables are written by scripts/rights-table.ts -->';
const END = '<!-- The end of the tables -->';

const all = (Object.entries(rights) as [RightName, Right][]).map(([name, right]) => ({ ...right, allows: texts[name] }));
type Row = (typeof all)[number];
const scopeOf = ({ scope }: Row) => scope ?? 'none: in a browser only';
const textOf = ({ allows, sensitive }: Row) => `May ${allows}${sensitive ? ' *' : ''}`;

function roleTable(of: 'organization' | 'project'): string {
  const rows = all
    .filter((right) => right.of === of)
    .map((right) => {
      const marks = roles.options.map((role) => (atLeast(role, right.role as typeof role) ? '✓' : ''));
      return `| ${textOf(right)} | ${marks.join(' | ')} | ${scopeOf(right)} |`;
    });
  return [`| | ${roles.options.join(' | ')} | token scope |`, `|---|${'---|'.repeat(roles.options.length + 1)}`, ...rows].join('\n');
}

function otherTable(role: 'signed in' | 'operator'): string {
  const rows = all.filter((right) => right.role === role).map((right) => `| ${textOf(right)} | ${scopeOf(right)} |`);
  return ['| | token scope |', '|---|---|', ...rows].join('\n');
}

const tables = [
  ['In an organization', roleTable('organization')],
  ['In a project', roleTable('project')],
  ['Everybody who is signed in', otherTable('signed in')],
  ['Operators', otherTable('operator')],
].map(([title, table]) => `### ${title}\n\n${table}`);

const current = await readFile(PATH, 'utf8');
const [before = '', rest = ''] = current.split(START);
const [, after = ''] = rest.split(END);
const wanted = `${before}${START}\n\n${tables.join('\n\n')}\n\n${END}${after}`;

if (process.argv.includes('--check')) {
  if (current !== wanted) process.stderr.write(`${PATH} is not current. Run: node scripts/rights-table.ts\n`);
  process.exitCode = current === wanted ? 0 : 1;
} else await writeFile(PATH, wanted);
