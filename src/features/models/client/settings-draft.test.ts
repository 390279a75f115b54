import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { draftOf, isSame, settingsOf } from './settings-draft.ts';

const settings = { allowed: ['a', 'b'], default: 'a', fallback: null, prices: { a: { input: 0.25, output: 2 } } };
const priced = (input: string, output: string) => settingsOf({ ...draftOf(settings), prices: { m: { input, output } } });

describe('the draft of model settings', () => {
  it('is the settings again when nothing was typed', () => {
    assert.deepEqual(settingsOf(draftOf(settings)), { settings, wrong: new Map() });
  });

  it('reads prices as people write them', () => {
    assert.deepEqual(priced('0,5', ' $2.50 ').settings.prices, { m: { input: 0.5, output: 2.5 } });
    assert.deepEqual(priced('0', '0').settings.prices, { m: { input: 0, output: 0 } });
    assert.deepEqual(priced('', ' '), { settings: { ...settings, prices: {} }, wrong: new Map() });
  });

  it('names prices that are none, or half of one', () => {
    for (const [input, output] of [
      ['1', ''],
      ['', '1'],
      ['free', '1'],
      ['-1', '1'],
      ['1e3', '1'],
      ['1.2.3', '1'],
    ] as const)
      assert.deepEqual([...priced(input, output).wrong.keys()], ['m'], `${input} and ${output}`);
  });

  it('is equal in any order, and with cleared prices', () => {
    const draft = draftOf(settings);
    assert.ok(isSame(draft, { ...draft, allowed: ['b', 'a'], prices: { ...draft.prices, c: { input: '', output: '' } } }));
    assert.ok(!isSame(draft, { ...draft, allowed: null }));
    assert.ok(!isSame(draft, { ...draft, prices: { a: { input: '0.25', output: '3' } } }));
  });
});
