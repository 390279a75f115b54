import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ToolEffect } from '#features/tools/effect.ts';
import { createYield } from '#kernel/event-loop.ts';
import type { Role } from '#wire/role.ts';
import { DEFAULT_DECISIONS, explainVerdict, type GatedCall, gate, gateInSlices, isToolDenied, type RuleRef } from './gate.ts';
import { findWidening } from './narrowing.ts';
import { type Decision, expiryOf, type Level, levels, type Policy, policy, roleForApproval } from './policy.ts';

const effects: ToolEffect[] = ['none', 'web', 'project', 'outside'];
const roles: (Role | null)[] = [null, 'viewer', 'member', 'admin', 'owner'];
const called: Record<ToolEffect, GatedCall> = {
  none: { tool: 'read_file', effect: 'none', paths: [] },
  web: { tool: 'fetch_page', effect: 'web', paths: [] },
  project: { tool: 'edit_file', effect: 'project', paths: ['src/a.ts'] },
  outside: { tool: 'mail__send', effect: 'outside', paths: [] },
};

interface Case {
  level?: Level;
  role?: Role | null;
  organization?: Partial<Policy>;
  project?: Partial<Policy>;
  call?: GatedCall;
  granted?: { tool: string; rule: RuleRef }[];
}

function judge({ level = 'supervised', role = 'owner', organization = {}, project, call = called.project, granted = [] }: Case) {
  const policies = { organization: policy.parse(organization), project: project ? policy.parse(project) : null };
  return gate({ level, role, policies, call, granted });
}
const decide = (given: Case): Decision => judge(given).decision;

describe('the gate, without a word of a policy', () => {
  // Reading is always allowed; an autonomous run makes reversible changes alone; irreversible ones always need approval.
  const table: Record<Level, [none: Decision, web: Decision, project: Decision, outside: Decision]> = {
    off: ['allow', 'ask', 'ask', 'ask'],
    supervised: ['allow', 'allow', 'ask', 'ask'],
    autonomous: ['allow', 'allow', 'allow', 'ask'],
  };
  /** The level at which a run of a person with this role works. */
  const worksAt = (role: Role | null, level: Level): Level | undefined => {
    if (role === null || role === 'viewer') return undefined;
    return role === 'member' && level === 'autonomous' ? 'supervised' : level;
  };

  for (const level of levels)
    for (const role of roles)
      for (const [index, effect] of effects.entries()) {
        const at = worksAt(role, level);
        const expected = at ? table[at][index] : 'deny';
        it(`${level}, ${role ?? 'no member'}, ${effect}: ${expected}`, () => {
          const verdict = judge({ level, role, call: called[effect] });
          assert.deepEqual([verdict.decision, verdict.level], [expected, at]);
        });
      }

  it('is what the screens show', () => {
    for (const level of levels) assert.deepEqual(Object.values(DEFAULT_DECISIONS[level]), table[level]);
  });
});

describe('a policy', () => {
  const everywhere = (decision: Decision, more = {}): Partial<Policy> => ({
    rules: [{ tool: '*', path: null, off: decision, supervised: decision, autonomous: decision, ...more }],
  });

  for (const level of levels)
    for (const effect of effects)
      for (const decision of ['allow', 'ask', 'deny'] as const) {
        const clicks = level === 'off' && effect !== 'none' && decision === 'allow';
        const expected = clicks ? 'ask' : decision;
        it(`that says ${decision} for ${effect} at ${level}: ${expected}`, () =>
          assert.equal(decide({ level, organization: everywhere(decision), call: called[effect] }), expected));
      }

  const narrowing: [organization: Decision, project: Decision, expected: Decision][] = [
    ['allow', 'allow', 'allow'],
    ['allow', 'ask', 'ask'],
    ['allow', 'deny', 'deny'],
    ['ask', 'allow', 'ask'],
    ['ask', 'ask', 'ask'],
    ['ask', 'deny', 'deny'],
    ['deny', 'allow', 'deny'],
    ['deny', 'ask', 'deny'],
    ['deny', 'deny', 'deny'],
  ];
  for (const [own, narrowed, expected] of narrowing)
    it(`of an organization that says ${own}, with a project that says ${narrowed}: ${expected}`, () => {
      const verdict = judge({ organization: everywhere(own), project: everywhere(narrowed) });
      assert.equal(verdict.decision, expected);
      assert.equal(verdict.rule.by, expected === own ? 'organization' : 'project');
    });

  const rules = (...said: [tool: string, path: string | null, decision: Decision][]): Partial<Policy> => ({
    rules: said.map(([tool, path, supervised]) => ({ tool, path, supervised })),
  });
  const edit = (...paths: string[]): GatedCall => ({ tool: 'edit_file', effect: 'project', paths });
  const ruled: [says: string, Partial<Policy>, GatedCall, Decision][] = [
    ['a tool by its name before a pattern', rules(['*', null, 'deny'], ['edit_file', null, 'allow']), edit('a'), 'allow'],
    ['the strictest of several patterns', rules(['edit*', null, 'allow'], ['*file', null, 'deny']), edit('a'), 'deny'],
    ['a path before the tool', rules(['edit_file', null, 'ask'], ['*', 'docs/**', 'allow']), edit('docs/a.md'), 'allow'],
    ['a path of another folder not at all', rules(['edit_file', null, 'ask'], ['*', 'docs/**', 'allow']), edit('src/a.md'), 'ask'],
    [
      'the strictest of what a call touches',
      rules(['*', 'docs/**', 'allow'], ['*', '.github/**', 'deny']),
      edit('docs/a', '.github/b'),
      'deny',
    ],
    ['one path that asks, among allowed ones', rules(['*', 'docs/**', 'allow']), edit('docs/a', 'src/b'), 'ask'],
    ['the strictest of the rules for a path', rules(['*', 'docs/**', 'allow'], ['*', '*.key', 'deny']), edit('docs/my.key'), 'deny'],
    [
      'what is denied for a tool as a whole, whatever the path',
      rules(['edit_file', null, 'deny'], ['*', 'docs/**', 'allow']),
      edit('docs/a'),
      'deny',
    ],
    ['bash by the paths that it would change', rules(['*', '.github/**', 'deny']), { ...edit('.github/x'), tool: 'bash' }, 'deny'],
    ['a tool of a server by the pattern of its name', rules(['mail__*', null, 'allow']), called.outside, 'allow'],
    ['no tool whose name only begins alike', rules(['edit', null, 'allow']), edit('a'), 'ask'],
  ];
  for (const [says, organization, call, expected] of ruled)
    it(`takes ${says}: ${expected}`, () => assert.equal(decide({ organization, call }), expected));

  it('says which role may use a level, and a project only raises it', () => {
    const organization = { levels: { autonomous: 'member' as const } };
    assert.equal(judge({ level: 'autonomous', role: 'member', organization }).level, 'autonomous');
    assert.equal(
      judge({ level: 'autonomous', role: 'member', organization, project: { levels: { autonomous: 'owner' } } }).level,
      'supervised',
    );
    const lower = { levels: { autonomous: 'member' as const } };
    assert.equal(judge({ level: 'autonomous', role: 'member', project: lower }).level, 'supervised');
    assert.equal(decide({ role: 'member', organization: { levels: { off: 'admin', supervised: 'admin' } } }), 'deny');
  });

  it('of a project makes approvals stricter, never laxer', () => {
    const policies = {
      organization: policy.parse({ approvers: 'admin', expireAfterHours: 8 }),
      project: policy.parse({ approvers: 'member', expireAfterHours: 24 }),
    };
    assert.deepEqual([roleForApproval(policies), expiryOf(policies)], ['admin', 8]);
  });

  it('hides from models what is refused whatever the input', () => {
    const policies = { organization: policy.parse(rules(['bash', null, 'deny'], ['*', 'a/**', 'deny'])), project: null };
    const of = (tool: string) => isToolDenied({ level: 'supervised', role: 'owner', policies }, { tool, effect: 'project' });
    assert.deepEqual([of('bash'), of('edit_file')], [true, false]);
  });
});

describe('what was approved for the rest of a run', () => {
  const asks: Partial<Policy> = { rules: [{ tool: '*', path: '.github/**', supervised: 'ask' }] };
  const rule = judge({}).rule;
  const granted = [{ tool: 'edit_file', rule }];

  it('is not asked again', () => assert.equal(decide({ granted }), 'allow'));
  it('holds for its tool only', () => assert.equal(decide({ granted, call: { ...called.project, tool: 'delete_file' } }), 'ask'));
  it('does not reach what another rule makes ask', () =>
    assert.equal(decide({ granted, organization: asks, call: { ...called.project, paths: ['.github/a'] } }), 'ask'));
  it('does not reach what it touches besides, by another rule or another policy', () => {
    const rule = (path: string | null) => ({ tool: '*', path, supervised: 'ask' as const });
    const organization = { rules: [rule('a/**'), rule('b/**'), rule('*.key')] };
    const granted = [{ tool: 'edit_file', rule: { by: 'organization' as const, tool: '*', path: 'a/**' } }];
    const touching = (...paths: string[]) => ({ organization, granted, call: { ...called.project, paths } });
    assert.equal(decide(touching('a/x')), 'allow');
    for (const paths of [['a/x', 'b/y'], ['b/y', 'a/x'], ['a/my.key']]) assert.equal(decide(touching(...paths)), 'ask', paths.join());
    assert.equal(judge(touching('a/x', 'b/y')).rule.path, 'b/**');
    assert.equal(decide({ ...touching('a/x'), project: { rules: [rule(null)] } }), 'ask');
  });
  it('never stands against a refusal', () =>
    assert.equal(decide({ granted, organization: { rules: [{ tool: 'edit_file', path: null, supervised: 'deny' }] } }), 'deny'));
  it('counts for nothing at the level off', () => {
    const off = judge({ level: 'off' });
    assert.equal(decide({ level: 'off', granted: [{ tool: 'edit_file', rule: off.rule }] }), 'ask');
  });
});

describe('changes to AGENTS.md', () => {
  const allow = (tool: string, path: string | null): Partial<Policy> => ({
    rules: [{ tool, path, off: 'allow', supervised: 'allow', autonomous: 'allow' }],
  });
  const of = (...paths: string[]): GatedCall => ({ ...called.project, paths });

  // Decomposed, in different case, with other letter forms, with invisible characters.
  const forms = [
    'AGENTS.md',
    'docs/a/AGENTS.md',
    'agents.MD',
    'AGENT\u017f.md',
    '\uff21\uff27\uff25\uff2e\uff34\uff33.md',
    'AGENTS\u200b.md',
    'AGENTS.md ',
  ];
  for (const level of levels)
    for (const path of [...forms, ...forms.map((each) => `cafe\u0301/${each}`)])
      it(`ask at ${level}, whatever the form: ${JSON.stringify(path)}`, () => {
        assert.equal(decide({ level, call: of(path) }), 'ask');
        assert.equal(decide({ level, call: of('a.md', path, 'z.md'), organization: allow('*', null) }), 'ask');
        assert.equal(decide({ level, call: of(path), organization: allow('*', '**') }), 'ask');
      });
  for (const path of ['AGENTS.md.bak', 'AGENTS.md/notes', 'MYAGENTS.md', 'docs/agents.txt'])
    it(`are not changes to ${path}`, () => assert.equal(decide({ level: 'autonomous', call: of(path) }), 'allow'));

  it('say why', () => {
    const verdict = judge({ level: 'autonomous', call: of('a.md', 'docs/AGENTS.md') });
    assert.equal(explainVerdict(verdict, 'project'), 'AGENTS.md contains instructions for agents, so changes to it always need approval.');
  });
  it('do not ask where a rule that names the file says otherwise', () => {
    for (const path of ['AGENTS.md', '**/AGENTS.md', 'docs/AGENTS.md'])
      assert.equal(decide({ level: 'autonomous', call: of('docs/AGENTS.md'), organization: allow('edit_file', path) }), 'allow', path);
    assert.equal(decide({ level: 'autonomous', call: of('src/AGENTS.md'), organization: allow('*', 'docs/AGENTS.md') }), 'ask');
    assert.equal(decide({ level: 'autonomous', call: of('AGENTS.md'), project: allow('*', 'AGENTS.md') }), 'ask');
  });
  it('stay refused where anything refuses them', () => {
    for (const path of ['**', '*.md', 'AGENTS.md', null])
      assert.equal(decide({ call: of('AGENTS.md'), organization: { rules: [{ tool: '*', path, supervised: 'deny' }] } }), 'deny');
  });
  it('are in nothing that was approved for the rest of a run', () => {
    const asks: Partial<Policy> = { rules: [{ tool: '*', path: 'AGENTS.md', supervised: 'ask' }] };
    for (const organization of [{}, asks])
      for (const paths of [['AGENTS.md'], ['a.md', 'AGENTS.md']]) {
        const granted = [judge({ organization }), judge({ organization, call: of(...paths) })].map(({ rule }) => ({
          tool: 'edit_file',
          rule,
        }));
        assert.equal(decide({ organization, granted, call: of(...paths) }), 'ask');
      }
  });
});

describe('patterns of rules', () => {
  it('of many rules are compared with many paths in a moment', () => {
    const rules = Array.from({ length: 200 }, (_, index) => ({ tool: '*', path: `docs/**/${index}*.md`, supervised: 'deny' as const }));
    const paths = Array.from({ length: 5000 }, (_, index) => `docs/a-folder/another/${index % 100}-file.ts`);
    const begun = performance.now();
    assert.equal(decide({ organization: { rules }, call: { ...called.project, paths } }), 'ask');
    assert.ok(performance.now() - begun < 3000);
  });

  it('of many rules, each costly, hold up nobody else while they are compared', async () => {
    const rules = Array.from({ length: 200 }, (_, index) => ({
      tool: '*',
      path: `${'a*'.repeat(95)}b${index}*`,
      supervised: 'deny' as const,
    }));
    const paths = Array.from({ length: 3000 }, (_, index) => `${'a'.repeat(200)}${index}`);
    const gated = {
      level: 'supervised' as const,
      role: 'owner' as const,
      policies: { organization: policy.parse({ rules }), project: null },
      granted: [],
      call: { ...called.project, paths },
    };
    let others = 0;
    const timer = setInterval(() => others++, 1);
    const verdict = await gateInSlices(gated, createYield());
    clearInterval(timer);
    assert.ok(others > 1, `others went first ${others} times`);
    assert.deepEqual(verdict, gate({ ...gated, call: { ...gated.call, paths: paths.slice(0, 10) } }));
  });

  it('of two large policies are compared for many tools, and others go first between two rules', async () => {
    const rules = (end: string) => ({
      rules: Array.from({ length: 200 }, (_, n) => ({ tool: `*o*${end}${n}*`, path: null, off: 'ask' as const })),
    });
    const tools = Array.from({ length: 300 }, (_, n) => ({
      name: `tool__${n}`,
      description: '',
      effect: 'outside' as const,
      server: null,
    }));
    let others = 0;
    await findWidening(policy.parse(rules('')), policy.parse(rules('_')), tools, () => void others++);
    assert.equal(others, 200);
  });
});
