/**
 * Several writers at once change the files of one project at random; afterwards, the changes that were acknowledged, applied in the order of
 * their numbers to a model in memory, must yield what the project holds, at every number. `npm run test:files` does it thousands of times.
 * FILES_SEED repeats the decisions of writers, though not the order in which the server gets them.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { describe, it } from 'node:test';
import { query } from '../../../../../test/harness/database.ts';
import { listFiles } from '../../contract.ts';
import { compareStates, listChanges } from '../../history-contract.ts';
import { params, person, read, testServer } from '../setup.ts';
import { createModel, differences, type State } from './model.ts';
import { newRun } from './setup.ts';
import { type Acknowledged, createWriter } from './writer.ts';

const ACTIONS = Number(process.env['FILES_ACTIONS'] ?? 400);
const SEED = Number(process.env['FILES_SEED'] ?? randomInt(1e9));
const WRITERS = 5;
/** Of one project, so that what follows from its state stays quick. */
const MAX_PER_PROJECT = 1000;

/** Mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

describe('files that several writers change at random', () => {
  for (let part = 0; part * MAX_PER_PROJECT < ACTIONS; part++) {
    const actions = Math.min(MAX_PER_PROJECT, ACTIONS - part * MAX_PER_PROJECT);
    it(`are what the changes in their order make them, after ${actions} actions with seed ${SEED + part}`, async (context) => {
      const done = await writeAtRandom(SEED + part, actions);
      done.sort((a, b) => a.change.number - b.change.number);
      const model = createModel();
      for (const { change, action } of done) {
        const paths = model.apply(change.number, action);
        const shown = { kind: action.do, number: change.number, paths: change.paths.toSorted(), count: change.pathCount };
        assert.deepEqual(shown, { kind: action.do, number: change.number, paths, count: paths.length });
      }
      const kinds = Object.entries(Object.groupBy(done, ({ action }) => action.do)).map(([kind, those]) => `${those.length} ${kind}`);
      context.diagnostic(
        `seed ${SEED + part}: ${done.length} changes (${kinds.join(', ')}), ${model.stateAt(done.length).size} files left`,
      );
      assert.ok(done.length > actions / 4, `only ${done.length} of ${actions} actions changed something`);
      await requireSame(model, done);
    });
  }
});

async function writeAtRandom(seed: number, actions: number): Promise<Acknowledged[]> {
  const done: Acknowledged[] = [];
  const runId = await newRun();
  const { files, db } = testServer.features;
  const { projectId } = params;
  let left = actions;
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, index) => {
      const applyEdits: Parameters<typeof createWriter>[0]['applyEdits'] = (edits) =>
        db.transaction((tx) => files.apply(tx, { projectId, by: { userId: person.id, runId }, edits }));
      const writer = createWriter({
        person,
        projectId,
        name: `writer ${index}`,
        random: createRandom(seed * WRITERS + index),
        done,
        applyEdits,
      });
      while (left-- > 0) await writer.act();
    }),
  );
  return done;
}

async function requireSame(model: ReturnType<typeof createModel>, done: readonly Acknowledged[]): Promise<void> {
  const head = done.length;
  await requireListed(model, done);
  const { entries } = (await person.call(listFiles, { params, query: {} })).body;
  const files = entries.filter(({ type }) => type === 'file');
  const now = await Promise.all(
    files.map(async ({ path, executable }) => [path, { text: await read(path), executable: executable === true }] as const),
  );
  assert.deepEqual(new Map(now.sort(([a], [b]) => (a < b ? -1 : 1))), sorted(model.stateAt(head)));

  const random = createRandom(head);
  for (let times = 0; times < 15; times++) {
    const [from, to] = [Math.floor(random() * (head + 1)), 1 + Math.floor(random() * head)];
    const state = model.stateAt(to);
    for (const [path, { text }] of state) assert.equal(await read(path, to), text, `${path} as of ${to}`);
    const { files: differing, more } = (await person.call(compareStates, { params, query: { from, to, offset: 0 } })).body;
    const texts = [...differences(model.stateAt(from), state)].filter(([, { before, after }]) => before?.text !== after?.text);
    assert.deepEqual([differing.map(({ path }) => path), more], [texts.map(([path]) => path).sort(), false], `from ${from} to ${to}`);
  }
  // The tree of files is the newest version of each.
  const apart = await query(
    testServer.databaseUrl,
    `select coalesce(f.path, v.path) as path from (select * from files where project_id = $1) f
     full join (
       select * from (select distinct on (path) * from versions where project_id = $1 order by path, number desc) last where hash is not null
     ) v on v.path = f.path
     where f.path is null or v.path is null or f.hash <> v.hash or f.number <> v.number or f.executable <> v.executable`,
    [params.projectId],
  );
  assert.deepEqual(apart, []);
}

const sorted = (state: State) => new Map([...state].sort(([a], [b]) => (a < b ? -1 : 1)));

/** Every change is listed, once, with what it did; and those of a path by the path. */
async function requireListed(model: ReturnType<typeof createModel>, done: readonly Acknowledged[]): Promise<void> {
  const list = async (path?: string) => {
    const found = [];
    for (let before: number | undefined, more = true; more; before = found.at(-1)?.number) {
      const page = (await person.call(listChanges, { params, query: { path, before, limit: 100 } })).body;
      found.push(...page.changes);
      more = page.more;
    }
    return found.reverse();
  };
  /** A move lists first what it moved away. */
  const listedPaths = (number: number, kind: Acknowledged['action']['do']) => {
    const paths = model.pathsOf(number);
    if (kind !== 'move') return paths;
    const state = model.stateAt(number);
    return [...paths.filter((path) => !state.has(path)), ...paths.filter((path) => state.has(path))];
  };
  assert.deepEqual(
    (await list()).map(({ id, number, paths, undone }) => [id, number, paths, undone]),
    done.map(({ change: { id, number }, action }) => [id, number, listedPaths(number, action.do), model.isUndone(number)]),
  );
  for (const path of ['a', 'b/c/one', 'b', 'one']) {
    const touching = done.filter(({ change }) => model.pathsOf(change.number).some((each) => each === path || each.startsWith(`${path}/`)));
    assert.deepEqual(
      (await list(path)).map(({ number }) => number),
      touching.map(({ change }) => change.number),
      path,
    );
  }
}
