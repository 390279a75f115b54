import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually } from './eventually.ts';

describe('eventually', () => {
  it('looks until there is something, and returns it', async () => {
    const seen = [undefined, false, 'found'];
    assert.equal(await eventually('it is found', () => seen.shift()), 'found');
  });

  it('looks until it sees the expected value, however deep, or one that is right', async () => {
    let count = 0;
    assert.deepEqual(await eventually('it is three', () => [++count], [3]), [3]);
    const isHigh = (n: number) => n > 5;
    assert.equal(await eventually('it is high', () => ++count, isHigh), 6);
  });

  it('gives up after its time, and says what it saw last', async () => {
    await assert.rejects(
      eventually('the run is done', () => ({ status: 'queued' }), { status: 'done' }, 1),
      /^Error: Not within 0\.001 s: the run is done\. Last seen: \{ status: 'queued' \}$/,
    );
  });

  it('ends at once with an error of what it looks at', async () => {
    let looks = 0;
    const broken = () => {
      looks++;
      throw new Error('broken');
    };
    await assert.rejects(eventually('it works', broken), /broken/);
    assert.equal(looks, 1);
  });
});
