import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { commandNamed } from '../../../test/harness/command.ts';
import { createTestDatabase, query } from '../../../test/harness/database.ts';

describe('npm run migrate', () => {
  let url: string;
  const run = commandNamed('migrate', () => ({ DATABASE_URL: url }));
  const forget = () => query(url, 'delete from migrations where number in (35, 36); drop table write_probes; drop table servers');
  before(async () => {
    url = await createTestDatabase();
  });

  it('says what is missing, applies it, and says that nothing is', async () => {
    assert.deepEqual(await run(['--check']), { code: 0, stdout: 'The database is up to date.\n', stderr: '' });
    await forget();
    const check = await run(['--check']);
    assert.deepEqual([check.code, check.stderr], [1, '']);
    assert.match(
      check.stdout,
      /^2 migrations are missing\. Apply with: npm run migrate\n {2}0035_servers\.sql\n {2}0036_write_probes\.sql\nServers that run now keep working/,
    );
    assert.deepEqual(JSON.parse((await run(['--check', '--json'])).stdout).missing, ['0035_servers.sql', '0036_write_probes.sql']);
    const applied = await run([]);
    assert.deepEqual([applied.code, applied.stderr], [0, '']);
    assert.equal(applied.stdout, 'Applied 2 migrations:\n  0035_servers.sql\n  0036_write_probes.sql\n');
    assert.deepEqual(await run(['--json']), { code: 0, stdout: '{"applied":[]}\n', stderr: '' });
  });

  it('applies each migration once when it runs several times at once', async () => {
    await forget();
    const results = await Promise.all([1, 2, 3].map(() => run(['--json'])));
    assert.deepEqual(
      results.map(({ code, stderr }) => [code, stderr]),
      Array.from({ length: 3 }, () => [0, '']),
    );
    assert.equal(results.flatMap(({ stdout }) => (JSON.parse(stdout) as { applied: string[] }).applied).length, 2);
  });

  it('says what is wrong in one sentence', async () => {
    const unreachable = await run([], { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' });
    assert.deepEqual([unreachable.code, unreachable.stdout], [1, '']);
    assert.equal(unreachable.stderr.trim().split('\n').length, 1);
    assert.equal((await run(['now'])).code, 2);
    assert.equal((await run(['--help'])).code, 0);
  });
});
