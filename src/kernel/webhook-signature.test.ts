import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createWebhookSecret, readSignature, webhookHeaders } from './webhook-signature.ts';

const body = Buffer.from('{"test": 2432232314}');
const stamp = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1614265330 };
const secret = createWebhookSecret();

describe('a webhook’s signature', () => {
  it('matches the Standard Webhooks example', () => {
    const headers = webhookHeaders(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], stamp, body);
    assert.deepEqual(headers, {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('verifies only with the secret', () => {
    const headers = webhookHeaders([secret], stamp, body);
    assert.deepEqual(readSignature([secret], headers, body), stamp);
    assert.deepEqual(readSignature([createWebhookSecret(), secret], headers, body), stamp);
    assert.equal(readSignature([createWebhookSecret()], headers, body), undefined);
    assert.equal(readSignature([], headers, body), undefined);
  });

  it('may appear with others in one header, of which one suffices', () => {
    const both = webhookHeaders([createWebhookSecret(), secret], stamp, body);
    assert.equal(both['webhook-signature']?.split(' ').length, 2);
    assert.deepEqual(readSignature([secret], both, body), stamp);
    assert.deepEqual(readSignature([secret], { ...both, 'webhook-signature': `v1a,xyz v1, ${both['webhook-signature']}` }, body), stamp);
  });

  it('is read from Svix’s header names, if all three use them', () => {
    const headers = webhookHeaders([secret], stamp, body);
    const svix = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.replace('webhook', 'svix'), value]));
    assert.deepEqual(readSignature([secret], svix, body), stamp);
    assert.deepEqual(readSignature([secret], { ...svix, ...headers }, body), stamp);
    assert.equal(readSignature([createWebhookSecret()], svix, body), undefined);
    for (const name of Object.keys(svix)) assert.equal(readSignature([secret], { ...svix, [name]: undefined }, body), undefined);
    const forged = { ...svix, 'webhook-id': 'msg_other', 'webhook-signature': 'v1,forged' };
    assert.equal(readSignature([secret], forged, body), undefined);
  });

  it('is valid for this body, id and time only', () => {
    const headers = webhookHeaders([secret], stamp, body);
    assert.equal(readSignature([secret], headers, Buffer.from('{"test": 2432232315}')), undefined);
    assert.equal(readSignature([secret], { ...headers, 'webhook-id': 'msg_other' }, body), undefined);
    assert.equal(readSignature([secret], { ...headers, 'webhook-timestamp': '1614265331' }, body), undefined);
    for (const name of Object.keys(headers)) assert.equal(readSignature([secret], { ...headers, [name]: undefined }, body), undefined);
  });

  it('rejects an id with a dot, which would let one signature cover two messages', () => {
    const headers = webhookHeaders([secret], { id: 'a.1614265330', timestamp: 7 }, 'x');
    assert.equal(readSignature([secret], headers, Buffer.from('x')), undefined);
    const signature = { 'webhook-signature': headers['webhook-signature'] };
    assert.equal(
      readSignature([secret], { 'webhook-id': 'a', 'webhook-timestamp': '1614265330', ...signature }, Buffer.from('7.x'))?.id,
      'a',
    );
  });

  it('is read only if the time is a number and the id can be stored', () => {
    for (const bad of [
      { id: '', timestamp: 1 },
      { id: 'a b', timestamp: 1 },
      { id: 'ä', timestamp: 1 },
      { id: 'a'.repeat(201), timestamp: 1 },
    ])
      assert.equal(readSignature([secret], webhookHeaders([secret], bad, body), body), undefined);
    for (const timestamp of [-1, 1.5, 1e21, Number.NaN])
      assert.equal(readSignature([secret], webhookHeaders([secret], { id: 'a', timestamp }, body), body), undefined);
  });
});
