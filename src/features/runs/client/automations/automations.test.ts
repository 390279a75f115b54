/** The shared logic of the schedule and trigger screens, without rendering. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { User } from '#features/accounts/contract.ts';
import type { ShownRunSettings } from '#features/runs/run-settings.ts';
import { type Automation, mayChange } from './automation.ts';
import { toRunForm, toRunSettings } from './run-form.ts';

describe('who may change a schedule or trigger', () => {
  const ada = { id: 'ada' } as User;
  const of = (id: string | null): Automation => ({
    id: 'nightly',
    name: 'Nightly',
    project: { id: 'handbook', name: 'Handbook' },
    onBehalfOf: { id, name: 'Ada Lovelace', role: 'member' },
    pausedAt: null,
  });

  it('is the person on whose behalf it works, and any admin', () => {
    assert.equal(mayChange(ada, 'member', of('ada')), true);
    assert.equal(mayChange(ada, 'member', of('grace')), false);
    assert.equal(mayChange(ada, 'admin', of('grace')), true);
    assert.equal(mayChange(ada, 'admin', of(null)), true);
  });

  it('is neither a viewer nor a person who left', () => {
    assert.equal(mayChange(ada, 'viewer', of('ada')), false);
    assert.equal(mayChange(ada, undefined, of('ada')), false);
  });
});

describe('the form of what runs do', () => {
  const shown: ShownRunSettings = {
    message: 'Read the notes',
    level: 'supervised',
    agent: { id: 'proofreader', name: 'Proofreader', archived: false },
    model: null,
    budget: { steps: 20, inputTokens: 5000 },
    goal: { constraints: ['Stay in docs/', 'Be brief'] },
  };

  it('returns what it was filled with, including limits without a field', () => {
    const { agent, ...rest } = shown;
    assert.deepEqual(toRunSettings(toRunForm(shown)), { ...rest, agentId: agent?.id });
  });

  it('drops empty amounts and empty lines', () => {
    const form = { ...toRunForm(shown), budget: { steps: ' ', tokens: '', cost: '1.5', minutes: '' }, constraints: ' \n Be brief \n' };
    const { budget, goal } = toRunSettings(form);
    assert.deepEqual({ budget, goal }, { budget: { cost: 1.5 }, goal: { constraints: ['Be brief'] } });
  });
});
