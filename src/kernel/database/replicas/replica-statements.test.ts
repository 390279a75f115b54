/** What a replica may be asked: never who somebody is, what they may do, or what a write is decided by. */
import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { definedStatements, replicaStatements } from '../statement.ts';

/** Of `users`, the names alone are read. */
const allowed = new Set([
  'agents',
  'audit_entries',
  'autonomy_switches',
  'blobs',
  'changes',
  'files',
  'folders',
  'load_reports',
  'points',
  'projects',
  'run_events',
  'runs',
  'schedule_occurrences',
  'trigger_occurrences',
  'users',
  'versions',
]);

const WRITES = /\b(?:insert|update|delete|merge|truncate|nextval|pg_notify|for share|for (?:no key )?update|pg_(?:try_)?advisory)/;
const RELATION = /(?<!distinct )\b(?:from|join)\s+(?:only\s+)?([a-z_]+)\b(?!\s*\()/g;
const CTE = /(?:\bwith(?:\s+recursive)?|,)\s+([a-z_]+)\s*(?:\([^()]*\)\s*)?as\s+(?:(?:not\s+)?materialized\s+)?\(/g;
/** Columns of users that are neither a name nor an id. */
const PRIVATE = /\bu\.(?!(?:name|id)\b)[a-z_]+/;

const relationsOf = (text: string): string[] => {
  const ctes = new Set([...text.matchAll(CTE)].map(([, name]) => name));
  return [...text.matchAll(RELATION)]
    .map(([, name = '']) => name)
    .filter((name) => !ctes.has(name) && name !== 'lateral' && name !== 'unnest');
};

describe('a statement that a replica may answer', () => {
  let statements: (readonly [name: string, text: string])[];
  let schema: string;
  before(async () => {
    for await (const file of glob('src/{features,kernel}/**/*.ts')) {
      if (file.endsWith('.test.ts')) continue;
      if (/\breplica: true/.test(await readFile(file, 'utf8'))) await import(pathToFileURL(resolve(file)).href);
    }
    statements = [...replicaStatements].map((name) => [name, definedStatements.get(name)?.text ?? ''] as const);
    schema = await readFile('db/schema.sql', 'utf8');
  });

  it('is one of some dozens', () => assert.ok(statements.length > 25, `${statements.length}`));

  it('only reads', () => {
    for (const [name, text] of statements) assert.doesNotMatch(text, WRITES, name);
  });

  it('reads only tables of the past and of contents', () => {
    for (const [name, text] of statements) {
      const relations = relationsOf(text);
      assert.ok(relations.length > 0, name);
      for (const relation of relations) assert.ok(allowed.has(relation), `${name} reads ${relation}`);
      assert.doesNotMatch(text, PRIVATE, name);
    }
  });

  it('reads no table that replicas do not have', () => {
    for (const [, table = ''] of schema.matchAll(/create unlogged table (\w+)/g)) assert.ok(!allowed.has(table), table);
  });
});
