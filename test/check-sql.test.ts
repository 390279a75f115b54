import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import pg from 'pg';
import { compare } from '../scripts/sql/compare.ts';
import { type Declared, type DeclaredValue, readDeclared } from '../scripts/sql/declared.ts';
import { createDescriber, readAllowed } from '../scripts/sql/described.ts';
import { createTestDatabase } from './harness/database.ts';

const value = (kind: string, more: Partial<DeclaredValue> = {}): DeclaredValue => ({ kinds: [kind], nullable: false, ...more });

suite('a statement is compared with what PostgreSQL says of it', () => {
  const text = 'select r.id, r.status, r.cost, r.user_id from runs r where r.id = $1 limit $2';
  const names = ['id', 'limit'];
  const origin = (column: string, notNull = true) => ({ table: 'runs', column, notNull });
  const described = {
    parameters: ['uuid', 'int8'],
    columns: [
      { name: 'id', type: 'uuid', read: 'string', origin: origin('id') },
      { name: 'status', type: 'text', read: 'string', origin: { ...origin('status'), allowed: ['done', 'queued'] } },
      { name: 'cost', type: 'numeric', read: 'string', origin: origin('cost', false) },
      { name: 'user_id', type: 'uuid', read: 'string', origin: origin('user_id', false) },
    ],
  };
  const row = {
    id: value('string'),
    status: value('string', { literals: ['done', 'queued'] }),
    cost: value('string', { nullable: true }),
    user_id: value('string', { nullable: true }),
  };
  const values = { id: value('string'), limit: value('number') };
  const problems = (
    declared: { row?: Record<string, DeclaredValue>; values?: Record<string, DeclaredValue> },
    other: Partial<Parameters<typeof compare>[0]> = {},
  ) => compare({ names, text, described, ...other, declared: { row, values, ...declared } });
  const { cost: _, ...withoutCost } = row;

  test('a matching statement has no problems', () => assert.deepEqual(problems({}), []));
  test('rows that are not read can have any columns', () =>
    assert.deepEqual(compare({ names, text, described, declared: { row: undefined, values } }), []));
  test('a column that is not selected', () =>
    assert.deepEqual(problems({ row: { ...row, titel: value('string') } }), [
      'column titel is in the type of its row, but is not selected',
    ]));
  test('a column that the row does not have', () =>
    assert.deepEqual(problems({ row: withoutCost }), ['column cost is selected, but is not in the type of its row']));
  test('a column of another type', () =>
    assert.deepEqual(problems({ row: { ...row, cost: value('number', { nullable: true }) } }), [
      'column cost is numeric, which is read as string, not number',
    ]));
  test('a column that can be null', () =>
    assert.deepEqual(problems({ row: { ...row, user_id: value('string') } }), ['column user_id can be null: runs.user_id can']));
  test('a column that no null passes into', () =>
    assert.deepEqual(problems({ row: { ...row, user_id: value('string') } }, { text: `${text} and r.user_id is not null` }), []));
  test('a column that is never null', () =>
    assert.deepEqual(problems({ row: { ...row, id: value('string', { nullable: true }) } }), [
      'column id is never null: runs.id is not null',
    ]));
  test('a column of a table that is left joined', () =>
    assert.deepEqual(problems({}, { text: 'select … from projects p left join runs r on r.project_id = p.id' }), [
      'column id can be null: runs is left joined',
      'column status can be null: runs is left joined',
    ]));
  test('a value that the constraint forbids', () =>
    assert.deepEqual(problems({ row: { ...row, status: value('string', { literals: ['done', 'over', 'queued'] }) } }), [
      'column status is never over: the constraint of runs.status forbids it',
    ]));
  test('a value that TypeScript does not know', () =>
    assert.deepEqual(problems({ row: { ...row, status: value('string', { literals: ['done'] }) } }), [
      'column status can be queued as well: the constraint of runs.status allows it',
    ]));
  test('values that the statement names itself', () =>
    assert.deepEqual(
      problems({ row: { ...row, status: value('string', { literals: ['done'] }) } }, { text: `${text} and r.status = 'done'` }),
      [],
    ));
  test('a parameter of another type', () =>
    assert.deepEqual(problems({ values: { ...values, limit: value('string') } }), ['parameter limit is int8 in PostgreSQL, not string']));
  test('a parameter without a value, and a value without a parameter', () =>
    assert.deepEqual(problems({ values: { id: value('string'), most: value('number') } }), [
      'parameter limit is not in the type of its values',
      'value most is not in the text',
    ]));

  test('a constraint that lists texts is read, and no other', () => {
    assert.deepEqual(readAllowed(`CHECK ((kind = ANY (ARRAY['b'::text, 'a'::text])))`), ['a', 'b']);
    assert.equal(readAllowed(`CHECK (((kind = ANY (ARRAY['a'::text])) OR (size > 0)))`), undefined);
  });
});

suite('what TypeScript believes is read from its checker', () => {
  let folder: string;
  let declared: Declared;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-sql-'));
    await mkdir(join(folder, 'src'));
    await writeFile(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "strict": true, "types": [] }, "include": ["src"] }');
    await writeFile(
      join(folder, 'src/queries.ts'),
      `declare function statement<Row, Values = never>(name: string, text: string): void;
       type Status = 'done' | 'queued';
       interface Row { id: string; status: Status | null; counts: number[]; at?: boolean }
       statement<Row, { ids: readonly string[] }>('runs.select', 'select … = any ($ids)');
       const each = (name: string) => statement<never>(\`runs.each-\${name}\`, 'select 1');
       const raw = 'select name from users where id = $1';
       const price = '$1 for each';`,
    );
    declared = readDeclared(folder);
  });
  after(() => rm(folder, { recursive: true }));

  test('names, rows and values', () =>
    assert.deepEqual(
      declared.statements.map(({ name, place, row, values }) => ({ name, place, row, values })),
      [
        {
          name: 'runs.select',
          place: 'src/queries.ts:4',
          row: {
            id: value('string'),
            status: value('string', { nullable: true, literals: ['done', 'queued'] }),
            counts: value('number[]'),
            at: value('boolean'),
          },
          values: { ids: value('string[]') },
        },
        { name: 'runs.each-*', place: 'src/queries.ts:5', row: undefined, values: {} },
      ],
    ));
  test('SQL with parameters by position is found', () => assert.deepEqual(declared.positional, ['src/queries.ts:6']));
});

suite('what PostgreSQL says is read from its protocol', () => {
  let client: pg.Client;
  before(async () => {
    client = new pg.Client({ connectionString: await createTestDatabase() });
    await client.connect();
  });
  after(() => client.end());

  test('parameters, columns, and where those come from', async () => {
    const describe = await createDescriber(client);
    const text =
      'with r as (select * from runs where id = $1) select r.status, u.name, r.cost, $2::int[] as numbers from r left join users u on u.id = r.user_id';
    const { parameters, columns } = await describe(text);
    assert.deepEqual(parameters, ['uuid', 'int4[]']);
    assert.deepEqual(
      columns.map(({ name, read, origin }) => [name, read, origin?.table, origin?.notNull]),
      [
        ['status', 'string', 'runs', true],
        ['name', 'string', 'users', true],
        ['cost', 'string', 'runs', false],
        ['numbers', 'number[]', undefined, undefined],
      ],
    );
    assert.ok(columns[0]?.origin?.allowed?.includes('waiting'));
  });

  test('a text that PostgreSQL refuses is told, and the next one is described', async () => {
    const describe = await createDescriber(client);
    await assert.rejects(describe('select nothing from runs'), /column "nothing" does not exist/);
    assert.deepEqual(await describe('delete from runs where false'), { parameters: [], columns: [] });
  });
});
