import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { currentUser } from '#features/accounts/contract.ts';
import { getAutonomy } from '#features/inbox/overview-contract.ts';
import { getPolicy, getProjectPolicy, putPolicy, putProjectPolicy } from '#features/policies/contract.ts';
import { switchAutonomy } from '#features/runs/switch-contract.ts';
import { ProblemError } from '#wire/call.ts';
import type { CallOf } from '#wire/contract.ts';
import { query } from '../../../test/harness/database.ts';
import { setRole } from '../../../test/harness/roles.ts';
import { newProject, type Person, signedInOn, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';

type Wanted = CallOf<typeof putPolicy>['body']['policy'];

let testServer: TestServer;
before(async () => {
  testServer = await startTestServer();
});
after(() => testServer.close());

async function refused(call: Promise<unknown>): Promise<ProblemError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ProblemError, 'it is refused');
  return error;
}

const organizationOf = async (person: Person) => (await newProject(person)).organizationId;
const entries = (organizationId: string) =>
  query<{ action: string; user_name: string; subject: { kind: string; name: string }; detail: Record<string, unknown> }>(
    testServer.databaseUrl,
    `select action, user_name, subject, detail from audit_entries
     where organization_id = $1 and (action like 'policy.%' or action like 'autonomy.%') order by id`,
    [organizationId],
  );

describe('GET /api/autonomy/policy', () => {
  it('is empty as long as nobody has said anything, and tells all tools with what they do', async () => {
    const ada = await signUp(testServer);
    const { body } = await ada.call(getPolicy, {});
    assert.deepEqual(body.policy, { rules: [], levels: {}, dailyBudgets: {} });
    assert.deepEqual([body.version, body.changedAt, body.changedBy, body.switch.on], [0, null, null, true]);
    const effects = new Map(body.tools.map(({ name, effect }) => [name, effect]));
    assert.deepEqual([effects.get('read_file'), effects.get('edit_file')], ['none', 'project']);
    assert.deepEqual(Object.keys(body.tools[0] ?? {}).sort(), ['description', 'effect', 'name', 'server']);
  });
});

describe('PUT /api/autonomy/policy', () => {
  const policy: Wanted = {
    rules: [
      { tool: 'edit_file', path: 'docs/**', supervised: 'allow' },
      { tool: '*', path: 'secrets/**', off: 'deny', supervised: 'deny', autonomous: 'deny' },
      // Sets nothing at any level.
      { tool: 'bash', path: null },
    ],
    levels: { autonomous: 'owner' },
    approvers: 'admin',
    expireAfterHours: 24,
    dailyBudgets: { user: { cost: 2.5 } },
  };

  it('stores a policy as the next version, and says who changed it', async () => {
    const ada = await signUp(testServer);
    const { body } = await ada.call(putPolicy, { body: { basedOn: 0, policy } });
    assert.deepEqual([body.version, body.changedBy?.name], [1, 'Ada Lovelace']);
    assert.deepEqual(
      body.policy.rules.map(({ tool }) => tool),
      ['edit_file', '*'],
    );
    const again = (await ada.call(getPolicy, {})).body;
    assert.deepEqual(again.policy, body.policy);
  });

  it('refuses one that is based on another version, with the one that holds', async () => {
    const ada = await signUp(testServer);
    await ada.call(putPolicy, { body: { basedOn: 0, policy } });
    for (const basedOn of [0, 2]) {
      const { status, code, problem } = await refused(ada.call(putPolicy, { body: { basedOn, policy: {} } }));
      assert.deepEqual([status, code, (problem['current'] as { version: number }).version], [409, 'changed_meanwhile', 1]);
    }
  });

  it('lets one win of those who save at the same moment, the first policy and later ones', async () => {
    const ada = await signUp(testServer);
    for (const basedOn of [0, 1]) {
      const hours = Array.from({ length: 8 }, (_, index) => 10 * (basedOn + 1) + index);
      const saves = hours.map((expireAfterHours) => ada.call(putPolicy, { body: { basedOn, policy: { expireAfterHours } } }));
      const outcomes = await Promise.allSettled(saves);
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      assert.equal((await ada.call(getPolicy, {})).body.version, basedOn + 1);
    }
  });

  it('records what changed, and nothing when nothing did', async () => {
    const ada = await signUp(testServer);
    const organizationId = await organizationOf(ada);
    await ada.call(putPolicy, { body: { basedOn: 0, policy } });
    await ada.call(putPolicy, { body: { basedOn: 1, policy } });
    await ada.call(putPolicy, { body: { basedOn: 1, policy: { ...policy, approvers: 'owner' } } });
    const [first, second, ...more] = await entries(organizationId);
    assert.deepEqual(more, []);
    assert.equal(first?.action, 'policy.change');
    assert.equal((first?.detail['changes'] as unknown[] | undefined)?.length, 8);
    assert.deepEqual(second?.detail, { version: 2, changes: [{ what: 'who may approve', before: 'admin', after: 'owner' }] });
  });

  it('names every mistake', async () => {
    const ada = await signUp(testServer);
    const wrong = { rules: [{ tool: '', autonomous: 'perhaps' }], expireAfterHours: 0, levels: { autonomous: 'viewer' } };
    const { status, problem } = await refused(ada.call(putPolicy, { body: { basedOn: 0, policy: wrong as never } }));
    assert.equal(status, 422);
    assert.deepEqual(problem.errors?.map(({ path }) => path).sort(), [
      'policy.expireAfterHours',
      'policy.levels.autonomous',
      'policy.rules.0.autonomous',
      'policy.rules.0.tool',
    ]);
  });

  it('is for admins; members read it, viewers do not', async () => {
    const ada = await signUp(testServer);
    await setRole(testServer, ada, 'member');
    assert.equal((await ada.call(getPolicy, {})).status, 200);
    assert.equal((await refused(ada.call(putPolicy, { body: { basedOn: 0, policy } }))).code, 'role_too_small');
    await setRole(testServer, ada, 'viewer');
    assert.equal((await refused(ada.call(getPolicy, {}))).code, 'role_too_small');
  });

  it('is not there for another organization', async () => {
    const [ada, eve] = [await signUp(testServer), await signUp(testServer, 'Eve')];
    const organization = await organizationOf(ada);
    assert.equal((await refused(eve.call(putPolicy, { query: { organization }, body: { basedOn: 0, policy } }))).status, 404);
    assert.equal((await ada.call(getPolicy, {})).body.version, 0);
  });
});

describe('PUT /api/projects/:projectId/autonomy-policy', () => {
  async function setUp(policy: Wanted = {}) {
    const ada = await signUp(testServer);
    const { id: projectId, organizationId } = await newProject(ada, 'Website');
    await ada.call(putPolicy, { body: { basedOn: 0, policy } });
    const put = (wanted: Wanted, basedOn = 0) => ada.call(putProjectPolicy, { params: { projectId }, body: { basedOn, policy: wanted } });
    return { ada, projectId, organizationId, put };
  }

  it('narrows, and tells the organization’s policy beside it', async () => {
    const { ada, projectId, organizationId, put } = await setUp({ approvers: 'admin' });
    const { body } = await put({ rules: [{ tool: 'edit_file', autonomous: 'ask' }], approvers: 'owner' });
    assert.deepEqual([body.version, body.policy.approvers, body.organization.approvers], [1, 'owner', 'admin']);
    await setRole(testServer, ada, 'viewer');
    assert.equal((await ada.call(getProjectPolicy, { params: { projectId } })).body.policy.rules.length, 1);
    const recorded = (await entries(organizationId)).at(-1);
    assert.deepEqual(recorded?.subject, { kind: 'project', id: projectId, name: 'Website' });
  });

  it('refuses what would widen, naming the rule and the level', async () => {
    const { put } = await setUp({
      rules: [{ tool: 'bash', autonomous: 'deny' }],
      levels: { supervised: 'admin' },
      approvers: 'owner',
      expireAfterHours: 2,
      dailyBudgets: { project: { cost: 5, tokens: 1000 } },
    });
    const { status, problem } = await refused(
      put({
        rules: [
          { tool: 'bash', autonomous: 'ask' },
          { tool: 'edit_file', supervised: 'allow', autonomous: 'allow' },
        ],
        levels: { supervised: 'member', autonomous: 'member' },
        approvers: 'admin',
        expireAfterHours: 3,
        dailyBudgets: { project: { cost: 6, tokens: 900 } },
      }),
    );
    assert.equal(status, 422);
    assert.deepEqual(
      problem.errors?.map(({ path }) => path),
      [
        'policy.rules.0.autonomous',
        'policy.rules.1.supervised',
        'policy.levels.supervised',
        'policy.levels.autonomous',
        'policy.approvers',
        'policy.expireAfterHours',
        'policy.dailyBudgets.project.cost',
      ],
    );
    assert.match(problem.errors?.[0]?.message ?? '', /says deny for bash at the level autonomous, so ask would have no effect/);
  });

  it('takes a rule for a path that opens what the project itself has closed', async () => {
    const { put } = await setUp();
    const rules = [
      { tool: '*', path: '**', autonomous: 'ask' as const },
      { tool: 'edit_file', path: 'docs/**', autonomous: 'allow' as const },
    ];
    assert.equal((await put({ rules })).body.version, 1);
  });

  it('keeps what became wider than the organization’s since, and refuses only what is new', async () => {
    const { ada, put } = await setUp();
    const kept = { tool: 'edit_file', autonomous: 'allow' as const };
    await put({ rules: [kept] });
    await ada.call(putPolicy, { body: { basedOn: 0, policy: { rules: [{ tool: 'edit_file', autonomous: 'deny' }] } } });
    assert.equal((await put({ rules: [kept], approvers: 'owner' }, 1)).body.version, 2);
    const more = { rules: [kept, { tool: 'edit_*', autonomous: 'ask' as const }] };
    assert.equal((await refused(put(more, 2))).problem.errors?.[0]?.path, 'policy.rules.1.autonomous');
  });

  it('is for admins, and is not there for others', async () => {
    const { ada, projectId, put } = await setUp();
    await setRole(testServer, ada, 'member');
    assert.equal((await refused(put({}))).code, 'role_too_small');
    const eve = await signUp(testServer, 'Eve');
    assert.equal((await refused(eve.call(getProjectPolicy, { params: { projectId } }))).status, 404);
    assert.equal((await refused(eve.call(getProjectPolicy, { params: { projectId: randomUUID() } }))).status, 404);
  });
});

describe('PUT /api/autonomy/switch', () => {
  it('switches off at once, and on only with the organization’s name', async () => {
    const ada = await signUp(testServer);
    const organizationId = await organizationOf(ada);
    const off = (await ada.call(switchAutonomy, { body: { on: false } })).body;
    assert.deepEqual([off.switch.on, off.switch.changedBy?.name, off.runs], [false, 'Ada Lovelace', 0]);
    for (const confirm of [undefined, 'yes']) {
      const { status, problem } = await refused(ada.call(switchAutonomy, { body: { on: true, confirm } }));
      assert.deepEqual([status, problem.errors?.[0]?.path], [422, 'confirm']);
    }
    const [{ name = '' } = {}] = await query<{ name: string }>(testServer.databaseUrl, 'select name from organizations where id = $1', [
      organizationId,
    ]);
    assert.match(name, /’/);
    const confirm = name.replace('’', "'");
    assert.equal((await ada.call(switchAutonomy, { body: { on: true, confirm } })).body.switch.on, true);
    assert.deepEqual(
      (await entries(organizationId)).map(({ action }) => action),
      ['autonomy.off', 'autonomy.on'],
    );
  });

  it('changes and records nothing when it is off already', async () => {
    const ada = await signUp(testServer);
    const organizationId = await organizationOf(ada);
    const first = (await ada.call(switchAutonomy, { body: { on: false } })).body;
    const second = (await ada.call(switchAutonomy, { body: { on: false } })).body;
    assert.deepEqual(second.switch, first.switch);
    assert.equal((await entries(organizationId)).length, 1);
  });

  it('can be switched off although the limit of autonomy is reached; on, it counts', async () => {
    const strict = await startTestServer({
      databaseUrl: testServer.databaseUrl,
      env: { RATE_LIMIT_MULTIPLIER: '1', RATE_LIMIT_AUTONOMY: '1/60s' },
    });
    try {
      const ada = signedInOn(await signUp(testServer), strict);
      const confirm = (await ada.call(currentUser, {})).body.user.organizations[0]?.name;
      const put = (on: boolean) => ada.call(switchAutonomy, { body: { on, confirm } });
      assert.equal((await put(true)).status, 200);
      assert.equal((await refused(put(true))).code, 'rate_limited');
      assert.equal((await put(false)).body.switch.on, false);
    } finally {
      await strict.close();
    }
  });

  it('is for admins, and for one’s own organization', async () => {
    const [ada, eve] = [await signUp(testServer), await signUp(testServer, 'Eve')];
    const organization = await organizationOf(ada);
    assert.equal((await refused(eve.call(switchAutonomy, { query: { organization }, body: { on: false } }))).status, 404);
    await setRole(testServer, ada, 'member');
    assert.equal((await refused(ada.call(switchAutonomy, { body: { on: false } }))).code, 'role_too_small');
    assert.equal((await ada.call(getAutonomy, {})).body.switch.on, true);
  });
});
