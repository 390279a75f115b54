import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { currentUser, login, logout } from '#features/accounts/contract.ts';
import { listProjects } from '#features/projects/contract.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { createBrowser, signedInOn, signUp } from '../../../../test/harness/test-server.ts';
import { listSessions, revokeOtherSessions, revokeSession } from '../contract.ts';
import { hasEnded, other, testServer } from './setup.ts';

describe('sessions', () => {
  it('are valid on every server at once', async () => {
    const person = await signUp(testServer);
    assert.equal((await signedInOn(person, other).call(currentUser, {})).body.user.id, person.id);
  });

  it('cost an ordinary read no query and no write', async () => {
    const person = await signUp(testServer);
    await person.call(listProjects, {});
    // Background work may also run queries, so the fewest of several tries count.
    async function queriesOf(work: () => Promise<unknown>): Promise<number> {
      const counts: number[] = [];
      for (let i = 0; i < 5; i++) {
        const before = testServer.features.db.stats().queries;
        await work();
        counts.push(testServer.features.db.stats().queries - before);
      }
      return Math.min(...counts);
    }
    assert.equal(await queriesOf(() => person.call(listSessions, {})), 1);
    assert.equal(await queriesOf(() => person.call(currentUser, {})), 0);
  });

  it('ended on one server are ended on the others within a second', async () => {
    const person = await signUp(testServer);
    const elsewhere = signedInOn(person, other);
    await elsewhere.call(currentUser, {});
    await person.call(logout, {});
    await hasEnded(elsewhere);
  });

  it('deleted by an operator in the table are ended too', async () => {
    const person = await signUp(testServer);
    await person.call(currentUser, {});
    await query(testServer.databaseUrl, 'delete from sessions where user_id = $1', [person.id]);
    await hasEnded(person);
  });

  it('show a changed role within a second', async () => {
    const person = await signUp(testServer);
    await query(testServer.databaseUrl, `update members set role = 'viewer' where user_id = $1`, [person.id]);
    await eventually('the role has changed', async () => (await person.call(currentUser, {})).body.user.organizations[0]?.role, 'viewer');
  });

  it('end when their time is over, and the job takes their rows away', async () => {
    const person = await signUp(testServer);
    await query(
      testServer.databaseUrl,
      `update sessions set expire = now() - interval '1 second', sess = sess::jsonb || '{"x":1}' where user_id = $1`,
      [person.id],
    );
    await hasEnded(person);
    assert.ok((await testServer.features.sessions.cleanUp()) >= 1);
    assert.deepEqual(await query(testServer.databaseUrl, 'select sid from sessions where user_id = $1', [person.id]), []);
  });

  it('end 30 days after they began, however much they are used', async () => {
    const person = await signUp(testServer);
    const age = (days: number) =>
      query(
        testServer.databaseUrl,
        `update sessions set expire = now() + interval '1 day', sess = sess || jsonb_build_object('renewedAt', 0, 'createdAt', $2::text)
         where user_id = $1`,
        [person.id, new Date(Date.now() - days * 86_400_000).toISOString()],
      );
    const daysLeft = async () => {
      const [session] = (await person.call(listSessions, {})).body.sessions;
      return (Date.parse(session?.expiresAt ?? '') - Date.now()) / 86_400_000;
    };
    await age(10);
    await eventually('the session is renewed with its full time to live', daysLeft, (days) => Math.abs(days - 7) < 0.1);
    await age(28);
    await eventually('the session is renewed up to its last day', daysLeft, (days) => Math.abs(days - 2) < 0.1);
    await age(31);
    await hasEnded(person);
  });

  it('are 50 of a person at most: the one that was not used for longest makes room, on every server', async () => {
    const person = await signUp(testServer);
    const body = { email: person.email, password: person.password };
    const first = createBrowser(testServer.origin);
    await first.call(login, { body });
    const elsewhere = createBrowser(other.origin);
    for (const [name, value] of first.cookies) elsewhere.cookies.set(name, value);
    await elsewhere.call(currentUser, {});
    const firstId = (await first.call(listSessions, {})).body.sessions.find(({ current }) => current)?.id;
    const used = `update sessions set seen_at = now() - case when sess ->> 'publicId' = $2 then interval '2 hours' else '1 hour' end where user_id = $1`;
    await query(testServer.databaseUrl, used, [person.id, firstId]);
    for (let n = 0; n < 48; n++) await createBrowser(testServer.origin).call(login, { body });
    await elsewhere.call(currentUser, {});
    await createBrowser(testServer.origin).call(login, { body });
    await hasEnded(elsewhere);
    assert.equal((await person.call(listSessions, {})).body.sessions.length, 50);
  });

  it('are no more than 50 either when many begin at once', async () => {
    const person = await signUp(testServer);
    const body = { email: person.email, password: person.password };
    await Promise.all(Array.from({ length: 80 }, (_, n) => createBrowser(n % 2 ? testServer.origin : other.origin).call(login, { body })));
    const [row] = await query<{ count: number }>(testServer.databaseUrl, 'select count(*)::int from sessions where user_id = $1', [
      person.id,
    ]);
    assert.equal(row?.count, 50);
  });

  describe('GET /api/sessions', () => {
    it('lists my own with device and address, and tells which one asks', async () => {
      const person = await signUp(testServer);
      await createBrowser(testServer.origin).call(
        login,
        { body: { email: person.email, password: person.password } },
        { headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' } },
      );
      const { sessions } = (await person.call(listSessions, {})).body;
      assert.equal(sessions.length, 2);
      assert.equal(sessions.filter((session) => session.current).length, 1);
      assert.ok(sessions.some((session) => session.device === 'Firefox on Linux' && session.address === '127.0.0.1'));
    });

    it('never shows the secret id', async () => {
      const person = await signUp(testServer);
      const text = JSON.stringify((await person.call(listSessions, {})).body);
      const [row] = await query<{ sid: string }>(testServer.databaseUrl, 'select sid from sessions where user_id = $1', [person.id]);
      assert.ok(row && !text.includes(row.sid));
    });
  });

  describe('DELETE /api/sessions/:sessionId', () => {
    it('ends one of my sessions on every server', async () => {
      const person = await signUp(testServer);
      const second = createBrowser(other.origin);
      await second.call(login, { body: { email: person.email, password: person.password } });
      const { sessions } = (await person.call(listSessions, {})).body;
      const sessionId = sessions.find((session) => !session.current)?.id ?? '';
      await person.call(revokeSession, { params: { sessionId } });
      await hasEnded(second);
      await person.call(currentUser, {});
    });

    it('does not know somebody else’s', async () => {
      const [ada, eve] = [await signUp(testServer), await signUp(testServer)];
      const sessionId = (await ada.call(listSessions, {})).body.sessions[0]?.id ?? '';
      await assert.rejects(eve.call(revokeSession, { params: { sessionId } }), { status: 404 });
      await ada.call(currentUser, {});
    });
  });

  describe('DELETE /api/sessions', () => {
    it('ends all of mine but the one that asks, on every server, and nobody else’s', async () => {
      const person = await signUp(testServer);
      const outsider = await signUp(testServer);
      const body = { email: person.email, password: person.password };
      const others = [createBrowser(testServer.origin), createBrowser(other.origin)];
      for (const browser of others) await browser.call(login, { body });
      assert.equal((await person.call(revokeOtherSessions, {})).status, 204);
      for (const browser of others) await hasEnded(browser);
      const { sessions } = (await person.call(listSessions, {})).body;
      assert.deepEqual(
        sessions.map(({ current }) => current),
        [true],
      );
      await outsider.call(currentUser, {});
      await person.call(revokeOtherSessions, {});
    });
  });
});
