import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OutboxEvent, Payloads } from '#features/outbox/events.ts';
import { type Channel, type Choices, channel, defaultChoices, type Kind, kind } from './contract.ts';
import { audienceOf, channelsFor, isByDefault, isWanted } from './server/recipients.ts';

const run = {
  runId: 'r',
  run: 'Tidy the notes',
  projectId: 'p',
  project: 'Website',
  organization: 'Acme',
  origin: 'person' as const,
  originName: null,
};
const payloads: Payloads = {
  approval_asked: {
    ...run,
    approvalId: 'a',
    approvalKind: 'tool_call',
    tool: 'write_file',
    server: null,
    reason: 'It changes files.',
    paths: [],
    pathCount: 0,
    startedBy: 'Ada',
    expiresAt: null,
  },
  run_ended: { ...run, status: 'done', cost: null },
  start_failed: { ...run, origin: 'schedule', originId: 's', name: 'Every morning', reason: null },
  autonomy_off: { organizationId: 'o', organization: 'Acme', by: 'Ada' },
  tools_changed: { organizationId: 'o', organization: 'Acme', toolServerId: 't', server: 'Post', tools: [], toolCount: 0 },
};
/** Caused by Ada. */
const eventOf = (of: Kind, context: object = {}, payload: object = {}, sender: string | null = 'ada') =>
  ({ id: 1, kind: of, organization_id: 'o', sender_id: sender, payload: { ...payloads[of], ...payload }, context }) as OutboxEvent;

const everyChannel: Choices = {
  approval_asked: { page: true, email: true, webhook: true, of: 'all' },
  run_ended: { page: true, email: true, webhook: true, of: 'all' },
  start_failed: { page: true, email: true, webhook: true },
  autonomy_off: { page: true, email: true, webhook: true },
  tools_changed: { page: true, email: true, webhook: true },
};
const member = (userId: string, choices: Partial<Choices> | null = everyChannel, hasWebhook = true) => ({ userId, choices, hasWebhook });

describe('the audience of an event', () => {
  it('are those who may approve, for an approval', () => {
    for (const role of ['member', 'admin', 'owner'] as const) assert.deepEqual(audienceOf(eventOf('approval_asked'), role), { role });
  });
  it('is whom a run, schedule or trigger works for, as long as they are a member', () => {
    for (const each of ['run_ended', 'start_failed'] as const)
      assert.deepEqual(audienceOf(eventOf(each), 'owner'), { role: 'viewer', userId: 'ada' });
  });
  it('is nobody where they have deleted their account', () => {
    for (const each of ['run_ended', 'start_failed'] as const) assert.equal(audienceOf(eventOf(each, {}, {}, null), 'owner'), undefined);
  });
  it('is admins and owners, for the switch and for tools that have changed', () => {
    for (const each of ['autonomy_off', 'tools_changed'] as const)
      for (const sender of ['ada', null]) assert.deepEqual(audienceOf(eventOf(each, {}, {}, sender), 'member'), { role: 'admin' });
  });
  it('is nobody after the first of several failed starts in a row', () => {
    const audiences = [null, 'started', 'skipped', 'missed', 'failed', 'refused'].map((previous) =>
      audienceOf(eventOf('start_failed', { previous }), 'owner'),
    );
    assert.deepEqual(
      audiences.map((audience) => audience !== undefined),
      [true, true, true, true, false, false],
    );
  });
});

describe('the channels of a recipient', () => {
  const scheduled = { origin: 'schedule', originName: 'Every morning' };

  it('are those that are chosen, but for approvals in the page, which are the inbox', () => {
    for (const each of kind.options) {
      const expected: Channel[] = each === 'approval_asked' ? ['email', 'webhook'] : ['page', 'email', 'webhook'];
      assert.deepEqual(channelsFor(eventOf(each), member('grace')), expected);
    }
  });
  it('are the page alone for who has never chosen, and none for approvals', () => {
    for (const each of kind.options) {
      const event = eventOf(each, {}, each === 'run_ended' ? scheduled : {});
      const expected: Channel[] = each === 'approval_asked' ? [] : ['page'];
      assert.deepEqual(channelsFor(event, member('grace', null)), expected);
      assert.equal(isByDefault(event), expected.length > 0);
    }
  });
  it('are as without a choice for a kind that is newer than the choice', () => {
    const { tools_changed: _, ...older } = everyChannel;
    assert.deepEqual(channelsFor(eventOf('tools_changed'), member('grace', older)), ['page']);
  });
  it('are without the webhook that has no address or no secret', () => {
    assert.deepEqual(channelsFor(eventOf('tools_changed'), member('grace', everyChannel, false)), ['page', 'email']);
  });
  it('are none for an approval of somebody else’s run, where only one’s own are chosen', () => {
    const mine = { ...everyChannel, approval_asked: { ...everyChannel.approval_asked, of: 'mine' as const } };
    assert.deepEqual(channelsFor(eventOf('approval_asked'), member('grace', mine)), []);
    assert.deepEqual(channelsFor(eventOf('approval_asked'), member('ada', mine)), ['email', 'webhook']);
  });
  it('are none for a run that a person started without a goal, where only unattended ones are chosen', () => {
    const unattended = { ...everyChannel, run_ended: { ...everyChannel.run_ended, of: 'unattended' as const } };
    const count = (context: object, payload: object, choices: Partial<Choices> | null) =>
      channelsFor(eventOf('run_ended', context, payload), member('ada', choices)).length;
    assert.equal(count({ hasGoal: false }, {}, unattended), 0);
    assert.equal(count({ hasGoal: false }, {}, null), 0);
    assert.equal(count({ hasGoal: true }, {}, unattended), 3);
    assert.equal(count({ hasGoal: false }, scheduled, unattended), 3);
    assert.equal(count({ hasGoal: false }, {}, everyChannel), 3);
  });
  it('are none for the admin who switched autonomy off', () => {
    assert.deepEqual(channelsFor(eventOf('autonomy_off'), member('ada')), []);
    assert.deepEqual(channelsFor(eventOf('autonomy_off'), member('grace')), ['page', 'email', 'webhook']);
  });
  it('stand in one list of defaults', () => {
    for (const each of kind.options)
      for (const by of channel.options) assert.equal(isWanted(null, each, by), defaultChoices[each][by], `${each} by ${by}`);
  });
});
