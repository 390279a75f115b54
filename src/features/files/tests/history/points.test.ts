import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { query } from '../../../../../test/harness/database.ts';
import { newProject } from '../../../../../test/harness/test-server.ts';
import { createPoint, deletePoint, listPoints, MAX_POINTS } from '../../history-contract.ts';
import { params, person, testServer } from '../setup.ts';
import { write } from './setup.ts';

const create = async (name: string, at?: number) =>
  (await person.call(createPoint, { params, body: { name, ...(at !== undefined && { at }) } })).body.point;
const list = async () => (await person.call(listPoints, { params })).body.points;

describe('points', () => {
  it('name a state, by default the current one', async () => {
    assert.equal((await create('empty')).at, 0);
    for (const text of ['1', '2', '3']) await write('a', text);
    const launch = await create('before launch', 2);
    assert.deepEqual([launch.name, launch.at, launch.createdBy], ['before launch', 2, { userId: person.id, name: 'Ada Lovelace' }]);
    await create('now');
    assert.deepEqual(
      (await list()).map(({ name, at }) => [name, at]),
      [
        ['now', 3],
        ['before launch', 2],
        ['empty', 0],
      ],
    );
    await person.call(deletePoint, { params: { ...params, pointId: launch.id } });
    assert.deepEqual(
      (await list()).map(({ name }) => name),
      ['now', 'empty'],
    );
    await assert.rejects(person.call(deletePoint, { params: { ...params, pointId: launch.id } }), { status: 404 });
  });

  it('are not deleted through another project', async () => {
    const { id } = await create('here');
    const other = await newProject(person);
    await assert.rejects(person.call(deletePoint, { params: { projectId: other.id, pointId: id } }), { status: 404 });
    assert.equal((await list()).length, 1);
  });

  it('have a name of their own, also when two are created at once', async () => {
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => create('launch')));
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    await assert.rejects(create('launch'), { status: 409, code: 'name_taken', message: /“launch”/ });
  });

  it('name no state that does not exist yet', async () => {
    await assert.rejects(create('later', 1), { status: 404, message: /nothing has changed in this project yet/ });
  });

  it(`are ${MAX_POINTS} at most`, async () => {
    const insert = `insert into points (id, project_id, number, name) select gen_random_uuid(), $1, 0, 'point ' || n from generate_series(2, $2::int) n`;
    await query(testServer.databaseUrl, insert, [params.projectId, MAX_POINTS]);
    const results = await Promise.allSettled(['a', 'b', 'c'].map((name) => create(name)));
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    await assert.rejects(create(randomUUID()), { status: 409, code: 'too_many_points' });
    assert.equal((await list()).length, MAX_POINTS);
  });

  it('stay when the person who named them is deleted', async () => {
    await create('kept');
    await query(testServer.databaseUrl, 'update points set user_id = null where project_id = $1', [params.projectId]);
    assert.deepEqual(
      (await list()).map(({ name, createdBy }) => [name, createdBy]),
      [['kept', null]],
    );
  });
});
