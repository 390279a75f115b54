import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Level, type PolicyRule, policy } from '#features/policies/policy.ts';
import type { PolicyTool } from '#features/tools/contract.ts';
import { draftOf, policyOf, rowProblem, withDecision } from './client/draft.ts';
import { cellOf, groupLines } from './client/matrix.ts';
import { listPolicyChanges } from './policy-changes.ts';

const tool = (name: string, effect: PolicyTool['effect'], server: string | null = null): PolicyTool => ({
  name,
  effect,
  server,
  description: '',
});
const tools = [tool('read_file', 'none'), tool('edit_file', 'project'), tool('github__merge', 'outside', 'GitHub')];
type Rule = Partial<PolicyRule> & { tool: string };
const says = (...rules: Rule[]) => policy.parse({ rules });
const line = (name: string, path: string | null = null) => ({ tool: name, path, known: tools.find((one) => one.name === name) });
const cell = (own: Rule[], above: Rule[] | undefined, of: ReturnType<typeof line>, level: Level) =>
  cellOf({ own: says(...own), above: above && says(...above) }, of, level);

describe('a policy’s matrix', () => {
  it('has a row for each tool by what it does, below it its paths, and rules for several and for none before and after', () => {
    const rules = says(
      { tool: 'edit_file', path: 'docs/**', autonomous: 'ask' },
      { tool: '*', path: 'secrets/**', off: 'deny' },
      { tool: 'gone_tool', off: 'deny' },
    ).rules;
    const groups = groupLines(tools, rules).map(({ title, lines }) => [
      title,
      lines.map(({ tool: name, path }) => `${name} ${path ?? ''}`.trim()),
    ]);
    assert.deepEqual(groups, [
      ['Several tools', ['* secrets/**']],
      ['Reading in the project', ['read_file']],
      ['Changing files', ['edit_file', 'edit_file docs/**']],
      ['Acting outside: GitHub', ['github__merge']],
      ['Not there at the moment', ['gone_tool']],
    ]);
  });

  const cells: [what: string, ...Parameters<typeof cell>, expected: unknown][] = [
    ['says the default', [], undefined, line('edit_file'), 'supervised', [undefined, 'ask', 'by default', 'allow ask deny']],
    [
      'says its own rule',
      [{ tool: 'edit_file', supervised: 'deny' }],
      undefined,
      line('edit_file'),
      'supervised',
      ['deny', 'ask', 'by default', 'allow ask deny'],
    ],
    [
      'says what a pattern decides',
      [{ tool: '*', supervised: 'deny' }],
      undefined,
      line('edit_file'),
      'supervised',
      [undefined, 'deny', 'by a rule', 'allow ask deny'],
    ],
    ['offers no allowing at off', [], undefined, line('edit_file'), 'off', [undefined, 'ask', 'by default', 'ask deny']],
    ['offers it for reading', [], undefined, line('read_file'), 'off', [undefined, 'allow', 'by default', 'allow ask deny']],
    [
      'of a path says nothing by itself',
      [],
      undefined,
      line('edit_file', 'docs/**'),
      'autonomous',
      [undefined, undefined, undefined, 'allow ask deny'],
    ],
    [
      'of a project offers what is stricter',
      [],
      [{ tool: 'edit_file', autonomous: 'ask' }],
      line('edit_file'),
      'autonomous',
      [undefined, 'ask', 'inherited', 'deny'],
    ],
    [
      'of a project offers nothing below a refusal',
      [],
      [{ tool: '*', path: 'a', off: 'deny' }],
      { tool: '*', path: 'a', known: undefined },
      'off',
      [undefined, 'deny', 'inherited', ''],
    ],
    [
      'of a project keeps a word without effect, so that it can be taken back',
      [
        { tool: 'bash', off: 'allow' },
        { tool: 'edit_file', autonomous: 'allow' },
      ],
      [{ tool: 'edit_file', autonomous: 'ask' }],
      line('edit_file'),
      'autonomous',
      ['allow', 'ask', 'inherited', 'allow deny'],
    ],
  ];
  for (const [what, own, above, of, level, expected] of cells)
    it(what, () => {
      const { said, otherwise, offered, idle } = cell(own, above, of, level);
      assert.equal(idle, said === 'allow');
      assert.deepEqual([said, otherwise?.decision, otherwise?.why, offered.join(' ')], expected);
    });
});

describe('a policy that is edited', () => {
  it('comes back as it was', () => {
    const given = policy.parse({
      rules: [{ tool: 'edit_file', path: 'docs/**', autonomous: 'ask' }],
      levels: { autonomous: 'owner' },
      approvers: 'admin',
      expireAfterHours: 1.5,
      dailyBudgets: { user: { cost: 2.5 }, organization: { tokens: 1000, cost: 1 } },
    });
    assert.deepEqual(policyOf(draftOf(given)), { policy: given, wrong: {} });
  });

  it('has one row where several rules say the same thing, with the strictest of each', () => {
    const several = says({ tool: 'bash', off: 'ask', autonomous: 'ask' }, { tool: 'bash', autonomous: 'deny', supervised: 'allow' });
    assert.deepEqual(draftOf(several).rows, [{ tool: 'bash', path: null, off: 'ask', autonomous: 'deny', supervised: 'allow' }]);
  });

  it('drops a rule whose last word is taken back', () => {
    const rows = withDecision([], { tool: 'bash', path: null }, 'off', 'deny');
    assert.deepEqual(rows, [{ tool: 'bash', path: null, off: 'deny' }]);
    assert.deepEqual(
      policyOf({ ...draftOf(says()), rows: withDecision(rows, { tool: 'bash', path: null }, 'off', undefined) }).policy.rules,
      [],
    );
  });

  it('reads amounts as people write them, and says which it cannot read', () => {
    const draft = draftOf(says());
    const { policy: read, wrong } = policyOf({
      ...draft,
      expireAfterHours: 'soon',
      budgets: { ...draft.budgets, user: { tokens: '1 000 000', cost: '$2.50' }, project: { tokens: '1.5', cost: '0' } },
    });
    assert.deepEqual(read.dailyBudgets, { user: { tokens: 1_000_000, cost: 2.5 } });
    assert.deepEqual(Object.keys(wrong), ['expireAfterHours', 'dailyBudgets.project.tokens', 'dailyBudgets.project.cost']);
  });

  it('refuses a rule that stands there already, and one that is the row of its tool', () => {
    const { rows } = draftOf(says({ tool: '*', path: 'a', off: 'deny' }));
    assert.match(rowProblem(rows, { tool: '*', path: 'a' }) ?? '', /already/);
    assert.match(rowProblem(rows, { tool: 'bash', path: null }) ?? '', /Name a path/);
    assert.equal(rowProblem(rows, { tool: '*', path: null }), undefined);
  });

  it('says what changed, and nothing when nothing did', () => {
    const before = policy.parse({ rules: [{ tool: '*', path: 'a/**', off: 'deny' }], dailyBudgets: { user: { cost: 1 } } });
    const after = policy.parse({ levels: { autonomous: 'owner' }, dailyBudgets: { user: { cost: 1, tokens: 5000 } } });
    assert.deepEqual(listPolicyChanges(before, before), []);
    assert.deepEqual(
      listPolicyChanges(before, after).map(({ what, before: was, after: is }) => `${what}: ${was} > ${is}`),
      [
        'any tool at a/**, off: deny > no rule',
        'who may use the level autonomous: admin, by default > owner',
        'daily budget of each person: US$ 1 > US$ 1 and 5,000 tokens',
      ],
    );
  });
});
