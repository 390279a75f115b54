import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PlanStep } from '#features/runs/plan.ts';
import { addStep, keySteps, moveStep, reword, setStatus } from './edits.ts';

const open = (text: string): PlanStep => ({ text, status: 'open' });
const plan = [open('read'), open('write'), open('check')];
const write = { step: open('write'), index: 1 };
const texts = (steps: readonly PlanStep[] | undefined) => steps?.map(({ text }) => text);

describe('edits of a plan', () => {
  it('append, reword, set a status and move', () => {
    assert.deepEqual(texts(addStep('tell')(plan)), ['read', 'write', 'check', 'tell']);
    assert.deepEqual(texts(reword(write, 'rewrite')(plan)), ['read', 'rewrite', 'check']);
    assert.deepEqual(setStatus(write, 'dropped')(plan)?.[1], { text: 'write', status: 'dropped' });
    assert.deepEqual(texts(moveStep(write, -1)(plan)), ['write', 'read', 'check']);
    assert.deepEqual(texts(moveStep(write, 1)(plan)), ['read', 'check', 'write']);
  });

  it('keep the agent’s changes in the meantime, and find the item where it is now', () => {
    const meanwhile: PlanStep[] = [open('look around'), { text: 'read', status: 'done', note: 'two files' }, open('write')];
    assert.deepEqual(reword(write, 'rewrite')(meanwhile), [...meanwhile.slice(0, 2), open('rewrite')]);
  });

  it('are rejected once their item is gone', () => {
    assert.equal(reword(write, 'rewrite')([open('read')]), undefined);
    assert.equal(moveStep(write, 1)([]), undefined);
  });

  it('change nothing past either end', () => {
    assert.deepEqual(moveStep({ step: open('read'), index: 0 }, -1)(plan), plan);
    assert.deepEqual(moveStep({ step: open('check'), index: 2 }, 1)(plan), plan);
  });

  it('distinguish items with equal text by position', () => {
    const twice = [open('again'), open('again')];
    assert.deepEqual(
      setStatus({ step: open('again'), index: 1 }, 'done')(twice)?.map(({ status }) => status),
      ['open', 'done'],
    );
    assert.equal(new Set(keySteps(twice).map(({ key }) => key)).size, 2);
  });
});
