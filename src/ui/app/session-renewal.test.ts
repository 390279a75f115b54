import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { ProblemError } from '#wire/call.ts';

// An open channel to other tabs would keep this process alive.
Reflect.deleteProperty(globalThis, 'BroadcastChannel');
const { acrossRenewal, renewSession } = await import('./session-renewal.ts');

const rejected = (code: string) =>
  new ProblemError({ type: `urn:guildhall:${code}`, title: '', status: 401, detail: '', code, requestId: '' });

describe('a request while the session is renewed', () => {
  let now = 1;
  let sent: number;
  beforeEach(() => {
    sent = 0;
    mock.method(performance, 'now', () => now++);
  });
  afterEach(() => mock.restoreAll());

  /** Is rejected the first time. */
  const ask = (code = 'unauthenticated') => {
    const first = Promise.withResolvers<string>();
    const asked = acrossRenewal(() => (sent++ === 0 ? first.promise : Promise.resolve('answered')));
    return { asked, reject: () => first.reject(rejected(code)) };
  };

  it('is sent again after the renewal, if it was rejected before', async () => {
    const change = Promise.withResolvers<void>();
    const renewed = renewSession(() => change.promise);
    const { asked, reject } = ask();
    reject();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(sent, 1);
    change.resolve();
    await renewed;
    assert.deepEqual([await asked, sent], ['answered', 2]);
  });

  it('is sent again if its rejection arrives after the renewal', async () => {
    const { asked, reject } = ask();
    await renewSession(async () => undefined);
    reject();
    assert.equal(await asked, 'answered');
  });

  it('is rejected if the session had ended otherwise, or for another reason', async () => {
    await renewSession(async () => undefined);
    const { asked, reject } = ask();
    reject();
    await assert.rejects(asked, { code: 'unauthenticated' });
    sent = 0;
    const other = ask('invalid_credentials');
    other.reject();
    await assert.rejects(other.asked, { code: 'invalid_credentials' });
  });

  it('does not wait for a renewal that failed', async () => {
    await assert.rejects(renewSession(() => Promise.reject(new Error('wrong password'))));
    const { asked, reject } = ask();
    reject();
    await assert.rejects(asked, { code: 'unauthenticated' });
  });
});
