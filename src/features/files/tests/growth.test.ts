import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { query } from '../../../../test/harness/database.ts';
import { zipOf } from '../../../../test/harness/zip.ts';
import { importFiles } from '../transfer-contract.ts';
import { params, person, save, testServer, tree } from './setup.ts';

describe('a young deployment', () => {
  it('lists a large folder as fast right after it arrived as later', async (t) => {
    await save('flat/first.txt', 'This was here');
    // The connections have plans for tables that PostgreSQL knows to be tiny.
    await query(testServer.databaseUrl, 'analyze');
    for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 20 }, () => tree('flat', 1)));
    const files = Array.from({ length: 15_000 }, (_, index) => ({ name: `flat/${index}.txt`, content: `This is ${index}` }));
    await person.call(importFiles, { params, body: zipOf(files) });
    const measure = async () => {
      const startedAt = performance.now();
      assert.equal((await tree('flat', 1)).length, 15_001);
      return performance.now() - startedAt;
    };
    const first = await measure();
    await query(testServer.databaseUrl, 'analyze');
    await measure();
    const later = await measure();
    t.diagnostic(`${Math.round(first)} ms, later ${Math.round(later)} ms`);
    assert.ok(first < 5 * later + 500, `${first} ms, later ${later} ms`);
  });
});
