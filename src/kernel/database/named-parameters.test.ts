import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { bind, compileNames } from './named-parameters.ts';
import { type QueryConfig, statement } from './statement.ts';

suite('parameters by name', () => {
  test('a name becomes the same number wherever it occurs', () => {
    const sql = 'select $b::int, $a from t where a = $a and b = any ($b) limit $limit2';
    assert.deepEqual(compileNames(sql), {
      text: 'select $1::int, $2 from t where a = $2 and b = any ($1) limit $3',
      names: ['b', 'a', 'limit2'],
    });
  });

  test('quotes and comments are left unchanged', () => {
    const sql = `select 'it''s $', "a$", 'x' || $a -- costs $
      /* 'one' $ */ from t`;
    assert.deepEqual(compileNames(sql), { text: sql.replace('$a', '$1'), names: ['a'] });
  });

  const doubtful = {
    'a position': 'select $1',
    'dollar quotes': 'select $$text$$',
    'dollar quotes with a tag': 'select $tag$text$tag$',
    'a dollar within an identifier': 'select a$b',
    'a name that is not camelCase': 'select $organization_id',
    'a name within quotes': `select 'of $name'`,
    'a name within a comment': 'select 1 -- of $name',
    'an escape string': `select e'\\'', $a`,
    'a quote without an end': `select 'a, $b`,
  };
  for (const [what, sql] of Object.entries(doubtful))
    test(`${what} is refused`, () => assert.throws(() => compileNames(sql), /not a parameter by name/));

  test('values are bound by name, in any order', () => {
    assert.deepEqual(bind('select $b, $a, $b', { a: 1, b: null }), { text: 'select $1, $2, $1', values: [null, 1] });
  });

  test('missing and extra values are rejected', () => {
    assert.throws(() => bind('select $a', {}), /differ in a:/);
    assert.throws(() => bind('select $a', { a: 1, b: 2 }), /differ in b:/);
  });
});

suite('a statement', () => {
  test('takes values by name and returns the rows', async () => {
    const between = statement<{ id: number }, { from: number; to: number }>(
      'test.between',
      'select id from t where id between $from and $to',
    );
    const sent: QueryConfig[] = [];
    const db = {
      async query(config: QueryConfig) {
        sent.push(config);
        return { rows: [{ id: 7 }] } as never;
      },
    };
    assert.deepEqual(await between(db, { to: 9, from: 5 }), [{ id: 7 }]);
    assert.deepEqual(sent, [
      { name: 'test.between', text: 'select id from t where id between $1 and $2', values: [5, 9], query_timeout: 2000, replica: false },
    ]);
  });

  test('is refused under a name that is taken', () => {
    statement<never>('test.once', 'select 1');
    assert.throws(() => statement<never>('test.once', 'select 2'), /two statements are named test\.once/);
  });
});
