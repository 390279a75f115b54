import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { currentUser, login, logout } from '#features/accounts/contract.ts';
import { archiveAgent, changeAgent, createAgent, restoreAgent } from '#features/agents/contract.ts';
import { addToolServer, changeFetchHosts, changeToolServer, removeToolServer } from '#features/connections/contract.ts';
import { putModelSettings } from '#features/models/contract.ts';
import { changeModelProvider, createModelProvider, deleteModelProvider } from '#features/models/providers-contract.ts';
import { getNotificationSettings, makeNotificationSecret, putNotificationSettings } from '#features/notifications/contract.ts';
import { createProject, deleteProject, renameProject } from '#features/projects/contract.ts';
import { listSessions, revokeOtherSessions, revokeSession } from '#features/sessions/contract.ts';
import { exportUsage } from '#features/usage/contract.ts';

import { eventually } from '../../../../test/harness/eventually.ts';
import { addMember, createBrowser, signUp } from '../../../../test/harness/test-server.ts';
import { exportAudit, listAudit } from '../contract.ts';
import { describeEntry } from '../describe-entry.ts';
import { ada, list, newest, organizationId, projectId, said, setAda, testServer } from './setup.ts';

describe('audit', () => {
  describe('signing in and out', () => {
    const signIn = (password: string, browser = createBrowser(testServer.origin)) =>
      browser.call(login, { body: { email: ada.email, password } }).then(() => browser);

    it('stands in the log, with the device and the address, and so does signing up', async () => {
      const browser = await signIn(ada.password);
      await browser.call(logout, {});
      const { entries } = await list();
      assert.deepEqual(entries.map(describeEntry), [
        'Ada Lovelace signed out',
        'Ada Lovelace signed in',
        'Ada Lovelace created the project Website',
      ]);
      assert.deepEqual(
        entries.map(({ address }) => address),
        Array(3).fill('127.0.0.1'),
      );
      assert.deepEqual(entries[1]?.detail, { device: 'node' });
      const eve = await signUp(testServer, 'Eve');
      assert.deepEqual((await list({}, eve)).entries.map(describeEntry), ['Eve signed up']);
    });

    it('is recorded when it fails, for whose account it was, a few times a minute, and not for an address without one', async () => {
      await Promise.all(Array.from({ length: 30 }, () => signIn('a wrong password').catch(() => undefined)));
      await eventually(
        'the failed ones are recorded',
        async () => (await list({ action: 'session.refuse' })).entries.length,
        (count) => count >= 10,
      );
      const nobody = { email: 'nobody-at-all@example.com', password: 'a wrong password' };
      await assert.rejects(createBrowser(testServer.origin).call(login, { body: nobody }), { status: 401 });
      const { entries } = await list({ action: 'session' });
      assert.deepEqual([...new Set(entries.map(describeEntry))], ['Somebody failed to sign in as Ada Lovelace']);
      // And one for all attempts rejected by the rate limit.
      await eventually(
        'those are recorded',
        async () => (await list({ action: 'session.refuse' })).entries,
        (seen) => seen.some(({ detail }) => detail !== null),
      );
      await Promise.all(Array.from({ length: 10 }, () => signIn('a wrong password').catch(() => undefined)));
      const { entries: all } = await list({ action: 'session.refuse' });
      assert.equal(all.filter(({ detail }) => detail === null).length, 10);
      assert.deepEqual(
        all.flatMap(({ detail }) => detail ?? []),
        [{ reason: 'rate_limited' }],
      );
      assert.deepEqual(entries[0]?.subject, { kind: 'account', id: ada.id, name: 'Ada Lovelace' });
    });

    it('is recorded where a person ends sessions', async () => {
      const browser = await signIn(ada.password);
      const { sessions } = (await browser.call(listSessions, {})).body;
      await browser.call(revokeSession, { params: { sessionId: sessions.find(({ current }) => !current)?.id ?? '' } });
      setAda({ ...ada, call: browser.call, browser });
      await signIn(ada.password);
      await signIn(ada.password);
      await browser.call(revokeOtherSessions, {});
      await browser.call(revokeOtherSessions, {});
      const { entries } = await list({ action: 'session' });
      assert.deepEqual(entries.filter(({ action }) => action.startsWith('session.revoke')).map(describeEntry), [
        'Ada Lovelace ended all their other sessions',
        'Ada Lovelace ended the session node',
      ]);
      assert.deepEqual(entries[0]?.detail, { sessions: 2 });
    });

    it('stands in the log of each organization of a person, and of no other', async () => {
      const grace = await signUp(testServer, 'Grace Hopper');
      const own = (await grace.call(currentUser, {})).body.user.organizations[0]?.id ?? '';
      await addMember(testServer, grace, organizationId, 'viewer');
      await grace.call(logout, {});
      await grace.call(login, { body: { email: grace.email, password: grace.password } });
      assert.deepEqual((await said()).slice(0, 2), ['Grace Hopper signed in', 'Grace Hopper signed out']);
      assert.deepEqual((await grace.call(listAudit, { query: { organization: own } })).body.entries.map(describeEntry), [
        'Grace Hopper signed in',
        'Grace Hopper signed out',
        'Grace Hopper signed up',
      ]);
      const outsider = await signUp(testServer, 'An outsider');
      assert.deepEqual((await list({}, outsider)).entries.map(describeEntry), ['An outsider signed up']);
    });
  });

  describe('what a person may not', () => {
    it('is recorded in the organization whose right was missing, once a minute for each endpoint', async () => {
      const grace = await signUp(testServer, 'Grace Hopper');
      await addMember(testServer, grace, organizationId, 'viewer');
      const attempts = () => [
        grace.call(deleteProject, { params: { projectId } }),
        grace.call(listAudit, { query: { organization: organizationId } }),
        grace.call(createProject, { body: { name: 'Mine', organizationId } }),
      ];
      await eventually('they are known to be a viewer', () =>
        grace.call(deleteProject, { params: { projectId } }).catch(({ status }) => status === 403),
      );
      for (let round = 0; round < 5; round++) for (const attempt of attempts()) await assert.rejects(attempt, { status: 403 });
      await eventually('all three are recorded', async () => (await list({ action: 'access' })).entries.length, 3);
      const { entries } = await list({ action: 'access' });
      assert.deepEqual(entries.map(describeEntry).sort(), [
        'Grace Hopper was not allowed to create project',
        'Grace Hopper was not allowed to delete project',
        'Grace Hopper was not allowed to list audit',
      ]);
      const deletion = entries.find(({ subject }) => subject?.name === 'delete project');
      assert.deepEqual(deletion?.project, { id: projectId, name: 'Website' });
      assert.deepEqual(deletion?.detail, { reason: 'role_too_small', endpoint: 'DELETE /api/projects/:projectId' });
      assert.deepEqual(
        (await list({}, grace)).entries.map(describeEntry),
        ['Grace Hopper signed up'],
        'their own organization is not concerned',
      );
    });

    it('is nothing to record where it is not known to exist', async () => {
      const grace = await signUp(testServer, 'Grace Hopper');
      await assert.rejects(grace.call(deleteProject, { params: { projectId } }), { status: 404 });
      assert.deepEqual((await list({ action: 'access' })).entries, []);
    });
  });

  describe('exports, secrets and personal settings', () => {
    it('are recorded', async () => {
      await ada.call(exportAudit, { query: { action: 'project' } });
      await ada.call(exportUsage, { query: {} });
      const { secret } = (await ada.call(makeNotificationSecret, {})).body;
      const { settings } = (await ada.call(getNotificationSettings, {})).body;
      const choices = { ...settings.choices, start_failed: { page: false, email: true, webhook: false } };
      await ada.call(putNotificationSettings, { body: { choices, webhookUrl: 'https://192.0.43.8/secret-path' } });
      await ada.call(putNotificationSettings, { body: { choices, webhookUrl: 'https://192.0.43.8/secret-path' } });
      assert.deepEqual((await said()).slice(0, 4), [
        'Ada Lovelace changed their notification settings',
        'Ada Lovelace made a new secret for their notification webhook',
        'Ada Lovelace exported the usage figures',
        'Ada Lovelace exported the audit log',
      ]);
      const { entries } = await list({ limit: 4 });
      assert.deepEqual(entries[0]?.detail, { changed: ['start_failed', 'webhook'], webhookHost: '192.0.43.8' });
      assert.deepEqual(entries[3]?.detail, { action: 'project' });
      assert.ok(!JSON.stringify(entries).includes(secret) && !JSON.stringify(entries).includes('secret-path'));
    });
  });

  describe('what is recorded', () => {
    it('of projects: that they are created, renamed and deleted', async () => {
      const { id } = (await ada.call(createProject, { body: { name: 'Handbook' } })).body.project;
      await ada.call(renameProject, { params: { projectId: id }, body: { name: 'Manual' } });
      assert.deepEqual((await newest()).detail, { from: 'Handbook' });
      await ada.call(renameProject, { params: { projectId: id }, body: { name: 'Manual' } });
      await ada.call(deleteProject, { params: { projectId: id } });
      assert.deepEqual(await said({ project: id }), [
        'Ada Lovelace deleted the project Manual',
        'Ada Lovelace renamed the project Manual',
        'Ada Lovelace created the project Handbook',
      ]);
    });

    it('of agents: that they are made, changed, archived and restored, each once', async () => {
      const { id } = (await ada.call(createAgent, { body: { name: 'Editor', instructions: 'Edit.' } })).body.agent;
      const params = { agentId: id };
      await ada.call(changeAgent, { params, body: { basedOn: 1, name: 'Proofreader', level: 'autonomous' } });
      assert.deepEqual((await newest()).detail, { version: 2, changed: ['name', 'level'] });
      await ada.call(changeAgent, { params, body: { basedOn: 2, name: 'Proofreader' } });
      await assert.rejects(ada.call(changeAgent, { params, body: { basedOn: 1, name: 'Writer' } }), { status: 409 });
      await ada.call(archiveAgent, { params });
      await ada.call(archiveAgent, { params });
      await ada.call(restoreAgent, { params });
      await ada.call(restoreAgent, { params });
      await assert.rejects(ada.call(createAgent, { body: { name: 'Proofreader', instructions: 'Edit.' } }), { status: 409 });
      assert.deepEqual(await said({ action: 'agent' }), [
        'Ada Lovelace restored the agent Proofreader',
        'Ada Lovelace archived the agent Proofreader',
        'Ada Lovelace changed the agent Proofreader',
        'Ada Lovelace made the agent Editor',
      ]);
    });

    it('of models: providers without their keys, and what may be used', async () => {
      const body = { kind: 'compatible', name: 'Ours', url: 'https://models.invalid/v1', key: 'a-secret-key' } as const;
      const params = { providerId: (await ada.call(createModelProvider, { body })).body.provider.id };
      await ada.call(changeModelProvider, { params, body: { url: 'https://models.invalid/v2', key: 'another-secret' } });
      await ada.call(deleteModelProvider, { params });
      const settings = { allowed: ['practice'], default: 'practice', fallback: null, prices: {} };
      await ada.call(putModelSettings, { body: settings });
      await ada.call(putModelSettings, { body: settings });
      const { entries } = await list();
      assert.deepEqual(
        entries.slice(0, -1).map((entry) => [describeEntry(entry), entry.detail]),
        [
          [
            'Ada Lovelace changed which models may be used and what they cost',
            { changed: ['allowed', 'default'], allowed: 1, default: 'practice', fallback: null },
          ],
          ['Ada Lovelace deleted the model provider Ours', null],
          ['Ada Lovelace changed the model provider Ours', { changed: ['url', 'key'], url: 'https://models.invalid/v2' }],
          ['Ada Lovelace added the model provider Ours', { kind: 'compatible', url: 'https://models.invalid/v1' }],
        ],
      );
      assert.doesNotMatch(JSON.stringify(entries), /secret/);
    });

    it('of connections: tool servers without what their address or token may hide, and hosts', async () => {
      const body = { name: 'Tools', slug: 'tools', url: 'https://tools.invalid/secret-path', token: 'a-secret-token' };
      const params = { toolServerId: (await ada.call(addToolServer, { body })).body.toolServer.id };
      await ada.call(changeToolServer, { params, body: { token: 'another-secret', enabled: false } });
      await ada.call(removeToolServer, { params });
      await ada.call(changeFetchHosts, { body: { hosts: ['example.com', 'example.com'] } });
      const { entries } = await list();
      assert.deepEqual(
        entries.slice(0, -1).map((entry) => [describeEntry(entry), entry.detail]),
        [
          ['Ada Lovelace changed the hosts whose pages may be read', { hosts: ['example.com'] }],
          ['Ada Lovelace disconnected the tool server Tools', { host: 'tools.invalid' }],
          ['Ada Lovelace changed the tool server Tools', { changed: ['token', 'enabled'], host: 'tools.invalid' }],
          ['Ada Lovelace connected the tool server Tools', { host: 'tools.invalid', privateNetwork: false }],
        ],
      );
      assert.doesNotMatch(JSON.stringify(entries), /secret/);
    });
  });
});
