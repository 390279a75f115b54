import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PlanStep } from '#features/runs/plan.ts';
import { moveStep } from './edits.ts';
import { addEdit, noPlan, type PendingEdits, type Plan, settleEdit, shownSteps } from './pending-edits.ts';

const step = (text: string): PlanStep => ({ text, status: 'open' });
const plan = (version: number, ...texts: string[]): Plan => ({ version, steps: texts.map(step) });
const shown = (pending: PendingEdits, newest: Plan) => shownSteps(pending, newest).map(({ text }) => text);
const nothing: PendingEdits = { base: noPlan, edits: [] };
const upFrom = (index: number) => moveStep({ step: step('c'), index }, -1);

describe('pending edits of a plan', () => {
  const first = plan(1, 'a', 'b', 'c');

  it('are shown at once, in order', () => {
    const both = addEdit(addEdit(nothing, first, upFrom(2)), first, upFrom(1));
    assert.deepEqual(shown(both, first), ['c', 'a', 'b']);
  });

  it('are not applied twice when the log already has them', () => {
    const pending = addEdit(nothing, first, upFrom(2));
    assert.deepEqual(shown(pending, plan(2, 'a', 'c', 'b')), ['a', 'c', 'b']);
  });

  it('apply on what was stored a moment ago, even if the page has not shown it yet', () => {
    const stored = settleEdit(addEdit(nothing, first, upFrom(2)), plan(2, 'a', 'c', 'b'));
    assert.deepEqual(shown(addEdit(stored, first, upFrom(1)), first), ['c', 'a', 'b']);
  });

  it('disappear when they could not be stored', () => {
    assert.deepEqual(shown(settleEdit(addEdit(nothing, first, upFrom(2)), undefined), first), ['a', 'b', 'c']);
  });
});
