import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type AgentForm, emptyForm, isSame, readForm, toForm, toSettings } from './client/agent-form.ts';
import { formatBudget, listChanges } from './client/describe-agent.ts';

const form = (changes: Partial<AgentForm> = {}): AgentForm => ({ ...emptyForm, name: 'A', instructions: 'Do.', ...changes });
const settings = (changes: Partial<AgentForm> = {}) => {
  const read = toSettings(form(changes));
  assert.ok('settings' in read);
  return read.settings;
};

describe('what is typed about an agent', () => {
  it('becomes amounts where there are some, however their digits are set apart', () => {
    const budget = { steps: ' 1 000 ', tokens: '2_000_000', cost: '0.25', minutes: '' };
    assert.deepEqual(settings({ budget }).budget, { steps: 1000, tokens: 2_000_000, cost: 0.25 });
  });

  it('is refused where it is no amount, each beside its field', () => {
    const read = toSettings(form({ budget: { steps: '2.5', cost: '1,5', minutes: 'long', tokens: '-1', inputTokens: '9' } }));
    assert.deepEqual('problems' in read && Object.keys(read.problems).sort(), ['cost', 'minutes', 'steps', 'tokens']);
  });

  it('is the same again when it comes back from the server', () => {
    const typed = form({ tools: ['b', 'a'], budget: { steps: '20', cost: '0.5' }, name: ' A ' });
    assert.ok(isSame(typed, toForm({ ...settings({ ...typed, tools: ['a', 'b'] }), name: 'A' })));
    assert.ok(!isSame(typed, form()));
  });

  it('comes back from the browser’s memory only when it is such a thing', () => {
    const typed = form({ tools: ['a'], budget: { steps: '2x' } });
    assert.deepEqual(readForm(JSON.parse(JSON.stringify(typed))), typed);
    for (const other of [null, 7, 'text', { name: 7 }, { tools: 'all' }, { budget: null }]) assert.equal(readForm(other), undefined);
  });
});

describe('two versions of an agent', () => {
  it('are told apart setting by setting, in words', () => {
    const before = settings({ tools: ['write_file', 'read_file'], budget: { steps: '20' } });
    const after = settings({ name: 'B', model: 'practice', tools: null, level: 'autonomous' });
    assert.deepEqual(listChanges(before, after), [
      { what: 'Name', before: 'A', after: 'B' },
      { what: 'Model', before: 'the model of the person who starts the run', after: 'practice' },
      { what: 'Tools', before: 'read_file, write_file', after: 'all tools' },
      { what: 'Level', before: 'Supervised', after: 'Autonomous' },
      { what: 'Budget', before: 'steps 20 model calls', after: 'the server’s default' },
    ]);
    assert.deepEqual(listChanges(before, { ...before, instructions: 'Else.', tools: ['read_file', 'write_file'] }), []);
  });

  it('have budgets in words', () =>
    assert.equal(formatBudget({ cost: 0.5, minutes: 2.5 }), 'time at work 2.5 minutes, cost 0.5 US dollars'));
});
