import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProblemError } from '#wire/call.ts';
import { answerIdentityQuestion, offerIdentityDialog, sendConfirmed } from './identity-question.ts';

const problem = (code: string) => new ProblemError({ type: 'about:blank', title: code, status: 403, detail: code, code, requestId: '' });

/** A request that fails until its sender has confirmed who they are. */
function request() {
  const tried = { times: 0, confirmed: false };
  const send = async () => {
    tried.times += 1;
    if (!tried.confirmed) throw problem('confirm_identity');
    return 'done';
  };
  return { tried, send };
}
const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('a request that asks who you are', () => {
  it('waits for the answer and is repeated, as all that fail at the same time, with one question', async () => {
    const remove = offerIdentityDialog();
    const [one, two] = [request(), request()];
    const both = Promise.all([sendConfirmed(one.send), sendConfirmed(two.send)]);
    await soon();
    for (const { tried } of [one, two]) tried.confirmed = true;
    answerIdentityQuestion(true);
    assert.deepEqual(await both, ['done', 'done']);
    assert.deepEqual([one.tried.times, two.tried.times], [2, 2]);
    remove();
  });

  it('fails with its own problem if the person cancels, and is not repeated', async () => {
    const remove = offerIdentityDialog();
    const { tried, send } = request();
    const sent = sendConfirmed(send);
    await soon();
    answerIdentityQuestion(false);
    await assert.rejects(sent, { code: 'confirm_identity' });
    assert.equal(tried.times, 1);
    remove();
  });

  it('is repeated once only', async () => {
    const remove = offerIdentityDialog();
    const { tried, send } = request();
    const sent = sendConfirmed(send);
    await soon();
    answerIdentityQuestion(true);
    await assert.rejects(sent, { code: 'confirm_identity' });
    assert.equal(tried.times, 2);
    remove();
  });

  it('is repeated without a question if its sender confirmed it for another request meanwhile', async () => {
    const remove = offerIdentityDialog();
    const slow = request();
    const refusal = Promise.withResolvers<void>();
    let times = 0;
    const sent = sendConfirmed(async () => {
      times += 1;
      if (times === 1) await refusal.promise;
      return slow.send();
    });
    const quick = request();
    const first = sendConfirmed(quick.send);
    await soon();
    quick.tried.confirmed = true;
    answerIdentityQuestion(true);
    await first;
    refusal.resolve();
    await assert.rejects(sent, { code: 'confirm_identity' });
    assert.deepEqual([times, slow.tried.times], [2, 2]);
    remove();
  });

  it('fails at once where no screen can ask, and as soon as the screen that asks is left', async () => {
    await assert.rejects(sendConfirmed(request().send), { code: 'confirm_identity' });
    const remove = offerIdentityDialog();
    const sent = sendConfirmed(request().send);
    await soon();
    remove();
    await assert.rejects(sent, { code: 'confirm_identity' });
  });

  it('passes on every other problem', async () => {
    const remove = offerIdentityDialog();
    const refused = () => Promise.reject(problem('role_too_small'));
    await assert.rejects(sendConfirmed(refused), { code: 'role_too_small' });
    remove();
  });
});
