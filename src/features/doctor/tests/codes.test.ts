import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { codes } from '#features/doctor/codes.ts';
import { checks } from '#features/doctor/server/examine.ts';

describe('the codes of the doctor', () => {
  it('are those of its checks, each once', () => {
    assert.deepEqual(
      checks.map(({ code }) => code),
      codes,
    );
    assert.equal(new Set(codes).size, codes.length);
  });

  it('are explained in docs/doctor.md, in the same order', async () => {
    const [, tables = ''] = (await readFile('docs/doctor.md', 'utf8')).split('## Codes');
    const [explained = '', guide = ''] = tables.split('## The scaling guide');
    const rows = [...explained.matchAll(/^\| `(\w+)` \| (.+) \| (.+) \|$/gm)];
    assert.deepEqual(
      rows.map(([, code]) => code),
      codes,
    );
    for (const [, code, tries = '', solution = ''] of rows) assert.ok(tries.length > 5 && solution.length > 15, code);
    const named = [...guide.matchAll(/`([a-z_]+)`/g)].map(([, code = '']) => code).filter((code) => code !== 'trust');
    assert.deepEqual(
      named.filter((code) => !(codes as readonly string[]).includes(code)),
      [],
    );
  });
});
