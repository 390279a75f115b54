import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually } from './eventually.ts';

describe('eventually', () => {
  it('polls until there is a value, and returns it', async () => {
    const seen = [undefined, false, 'found'];
    assert.equal(await eventually('it is found', () => seen.shift()), 'found');
  });

  it('polls until it sees the expected value, however deep, or one that matches', async () => {
    let count = 0;
    assert.deepEqual(await eventually('it is three', () => [++count], [3]), [3]);
    const isHigh = (n: number) => n > 5;
    assert.equal(await eventually('it is high', () => ++count, isHigh), 6);
  });

  it('gives up at its deadline, and says what it last saw', async () => {
    await assert.rejects(
      eventually('the run is done', () => ({ status: 'queued' }), { status: 'done' }, 1),
      /^Error: Not within 0\.001 s: the run is done\. Last seen: \{ status: 'queued' \}$/,
    );
  });

  it('rethrows an error of the polled function at once', async () => {
    let looks = 0;
    const broken = () => {
      looks++;
      throw new Error('broken');
    };
    await assert.rejects(eventually('it works', broken), /broken/);
    assert.equal(looks, 1);
  });
});
