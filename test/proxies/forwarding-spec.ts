/** What each proxy sends to servers, and what it repeats when one fails. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { eventually } from '../harness/eventually.ts';
import { sendFromBrowser } from './browser.ts';
import { type Client, createClient, protocols } from './client.ts';
import type { ProxyKind, RunningProxy } from './proxy.ts';
import { openUpstreams, type Upstreams } from './upstreams.ts';

const writes = ['POST', 'PUT', 'PATCH', 'DELETE'];
/** Nothing, less than the proxies' buffers, and more. */
const bodySizes = [0, 100, 1_000_000];

export function describeForwarding(kind: ProxyKind): void {
  for (const protocol of protocols)
    describe(`${kind.name}, over ${protocol}`, () => {
      let upstreams: Upstreams;
      let proxy: RunningProxy;
      let client: Client;
      before(async () => {
        upstreams = await openUpstreams();
        proxy = await kind.start(upstreams.ports);
        client = createClient(protocol);
      });
      after(async () => {
        await client?.close();
        await proxy?.stop();
        await upstreams?.close();
      });

      const send = (method: string, path: string, size = 0, headers: Record<string, string> = {}) =>
        client.fetch(proxy.origin + path, { method, headers, ...(size > 0 && { body: Buffer.alloc(size) }) }).then(
          async (response) => ({ status: response.status, text: await response.text() }),
          (error: Error) => ({ status: 0, text: String(error.cause ?? error) }),
        );
      const receivedOn = (path: string) => upstreams.received.filter((received) => received.path === path);

      it('passes on method, body and host, and replaces what a client says about itself', async () => {
        for (const method of ['GET', ...writes])
          for (const size of method === 'GET' ? [0] : bodySizes) {
            const path = `/${method}/${size}?a=%2F`;
            const claimed = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'http', forwarded: 'for=203.0.113.9' };
            const reply = await send(method, path, size, { ...claimed, 'x-guildhall-method': 'GET' });
            assert.equal(reply.status, 200, `${path}: ${reply.text}`);
            const [received, ...more] = receivedOn(path);
            assert.deepEqual([received?.method, received?.bytes, more.length], [method, size, 0]);
            assert.equal(received?.headers['x-forwarded-for'], '127.0.0.1', path);
            assert.equal(received?.headers['x-forwarded-proto'], 'https');
            assert.equal(received?.headers.forwarded, undefined);
            assert.equal(received?.headers.host, new URL(proxy.origin).host);
          }
      });

      afterEach(() => {
        for (const how of upstreams.behavior) how.requests = 'answer';
      });

      it('repeats a read on another server, and never a write, when one dies before it answers', async () => {
        for (const how of upstreams.behavior) how.requests = 'die';
        for (const method of writes)
          for (const size of bodySizes) {
            const path = `/dies/${method}/${size}`;
            const reply = await send(method, path, size);
            assert.equal(reply.status, 502, path);
            assert.equal(receivedOn(path).length, 1, `${path} was sent ${receivedOn(path).length} times`);
          }
        for (const how of upstreams.behavior.slice(1)) how.requests = 'answer';
        for (let turn = 0; turn < 6; turn++) assert.equal((await send('GET', `/read/${turn}`)).status, 200);
      });

      if (protocol === 'HTTP/2')
        it('does not make a browser repeat a write', async () => {
          const status = await sendFromBrowser(proxy.origin, 'POST', '/browser', () => {
            for (const how of upstreams.behavior) how.requests = 'die';
          });
          assert.deepEqual([status, receivedOn('/browser').length], [502, 1]);
        });

      it('sends reads and writes elsewhere, once, when a server refuses its connection', async () => {
        await upstreams.refuse(0);
        await upstreams.refuse(1);
        for (let turn = 0; turn < 6; turn++)
          for (const method of ['GET', ...writes]) {
            const path = `/refused/${method}/${turn}`;
            assert.equal((await send(method, path, method === 'GET' ? 0 : 100)).status, 200, path);
            assert.deepEqual(
              receivedOn(path).map(({ upstream }) => upstream),
              [2],
            );
          }
      });
    });
}

/** For proxies that ask servers whether they are ready. */
export function describeHealthChecks(kind: ProxyKind): void {
  describe(`${kind.name}’s health checks`, () => {
    let upstreams: Upstreams;
    let proxy: RunningProxy;
    let client: Client;
    before(async () => {
      upstreams = await openUpstreams();
      proxy = await kind.start(upstreams.ports);
      client = createClient('HTTP/1.1');
    });
    after(async () => {
      await client?.close();
      await proxy?.stop();
      await upstreams?.close();
    });
    const ask = async () => (await client.fetch(`${proxy.origin}/asked`)).text();
    const askMany = async () => new Set(await Promise.all(Array.from({ length: 12 }, ask)));

    it('take out a server that is not ready, and put it back', async () => {
      const [first] = upstreams.behavior;
      assert.ok(first);
      first.ready = false;
      await eventually('the first is left out', askMany, (seen) => seen.size === 2 && !seen.has('answered by 0'));
      first.ready = true;
      await eventually('the first is back', askMany, (seen) => seen.size === 3);
    });

    it('let servers say themselves what is wrong when none is ready', async () => {
      for (const how of upstreams.behavior) how.ready = false;
      await eventually('all are found unready', () => proxy.output().includes('has no server available'));
      assert.match(await ask(), /^answered by \d$/);
    });
  });
}
