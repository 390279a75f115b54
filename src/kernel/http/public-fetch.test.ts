import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { isPublicAddress } from './public-address.ts';
import { createPublicFetch, publicFetch } from './public-fetch.ts';

const refused = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

describe('a public address', () => {
  for (const address of ['93.184.215.14', '1.1.1.1', '2606:4700:4700::1111', '::ffff:1.1.1.1', '64:ff9b::101:101'])
    it(`is ${address}`, () => assert.equal(isPublicAddress(address), true));

  const others = {
    loopback: ['127.0.0.1', '127.8.8.8', '::1'],
    'of a private network': ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12::1', 'fec0::1'],
    'link-local, where clouds tell secrets': ['169.254.169.254', 'fe80::1', 'fe80::1%eth0', 'fd00:ec2::254'],
    'a cloud’s own': ['168.63.129.16', '100.100.100.200', '192.0.0.192'],
    'shared by customers of a provider': ['100.64.0.1', '100.127.255.255'],
    'of everybody or nobody': ['0.0.0.0', '0.1.2.3', '::', '224.0.0.1', 'ff02::1', '255.255.255.255'],
    'reserved or for documents': ['240.0.0.1', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
    'one of those in IPv6': ['::ffff:127.0.0.1', '::ffff:a00:1', '::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::1'],
    'a tunnel': ['2002:7f00:1::', '2002:101:101::', '2001:0:1::1', '::ffff:0:127.0.0.1', '5f00::1', '100::1'],
    'no address': ['', 'localhost', '127.0.0.1:80', '1.1.1.1 '],
  };
  for (const [kind, addresses] of Object.entries(others))
    it(`is not one that is ${kind}`, () => {
      assert.deepEqual(addresses.filter(isPublicAddress), []);
    });
});

describe('publicFetch', () => {
  let port = 0;
  let hits = 0;
  const answer: RequestListener = (request, response) => {
    hits++;
    const to = new URL(request.url ?? '', 'http://here').searchParams.get('to');
    if (to) return void response.writeHead(302, { location: to }).end();
    request.pipe(response);
  };
  // On all of 127.0.0.0/8: a rejected request would otherwise have succeeded.
  const server = createServer(answer);
  before(async () => {
    server.listen(0, '0.0.0.0');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  after(() => server.close());

  const addresses: Record<string, string> = { 'public.test': '127.0.0.1', 'private.test': '127.0.0.2' };
  const resolve = async (name: string) => [{ address: addresses[name] ?? '127.0.0.2', family: 4 }];
  const isAllowed = (address: string) => address === '127.0.0.1';
  const testFetch = createPublicFetch({ resolve, isAllowed });

  const spellings = ['127.0.0.1', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '0177.0.0.1', '127.1', '0', '[::1]', '[::]', 'localhost'];
  for (const host of spellings)
    it(`refuses http://${host} before it connects`, async () => {
      const before = hits;
      await assert.rejects(publicFetch(`http://${host}:${port}/`), refused('private_address'));
      assert.equal(hits, before);
    });

  it('returns the response of an allowed address', async () => {
    const response = await testFetch(`http://public.test:${port}/`, { method: 'POST', body: 'hello' });
    assert.equal(await response.text(), 'hello');
  });
  it('accepts a Request or a URL, and the headers of either', async () => {
    const request = new Request(`http://public.test:${port}/`, { method: 'PUT', body: 'as a request' });
    assert.equal(await (await testFetch(request)).text(), 'as a request');
    const response = await testFetch(new URL(`http://127.0.0.1:${port}/`), { method: 'POST', body: 'x', headers: new Headers({ a: 'b' }) });
    assert.equal(response.status, 200);
  });
  for (const to of ['http://private.test:PORT/', 'http://127.0.0.2:PORT/', 'http://127.0.0.3:PORT/'])
    it(`follows no redirect to ${to}`, async () => {
      const before = hits;
      const target = encodeURIComponent(to.replace('PORT', String(port)));
      await assert.rejects(testFetch(`http://public.test:${port}/?to=${target}`), refused('private_address'));
      assert.equal(hits, before + 1);
    });
  it('connects to the checked address even if the name resolves differently later', async () => {
    let asked = 0;
    const rebinding = createPublicFetch({
      resolve: async () => [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2', family: 4 }],
      isAllowed,
    });
    const seen: (string | undefined)[] = [];
    const watch = (request: { socket: { localAddress?: string } }) => seen.push(request.socket.localAddress);
    server.on('request', watch);
    await (await rebinding(`http://rebinding.test:${port}/`, { headers: { connection: 'close' } })).text();
    await assert.rejects(rebinding(`http://rebinding.test:${port}/`, { headers: { connection: 'close' } }), refused('private_address'));
    server.off('request', watch);
    assert.deepEqual(seen, ['127.0.0.1']);
    assert.equal(asked, 2);
  });
  it('uses only the public addresses among several', async () => {
    const mixed = createPublicFetch({
      resolve: async () => [
        { address: '127.0.0.2', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
      isAllowed,
    });
    assert.equal((await mixed(`http://mixed.test:${port}/`)).status, 200);
  });
  for (const url of ['file:///etc/hostname', 'data:text/plain,hello', 'ftp://example.com/', 'blob:nodedata:1'])
    it(`refuses ${url}`, async () => {
      await assert.rejects(publicFetch(url), refused('unsupported_address'));
    });
  it('reports unknown names and private names alike, whether called or only checked', async () => {
    const lost = createPublicFetch({
      resolve: async (name) => {
        if (name === 'inside.test') return [{ address: '10.0.0.1', family: 4 }];
        throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
      },
    });
    const told: unknown[] = [];
    for (const name of ['inside.test', 'nowhere.test'])
      for (const ask of [() => lost(`http://${name}/`), () => lost.check(`http://${name}/`)])
        await ask().catch(({ message, code, status }) => told.push([message.replace(name, 'NAME'), code, status]));
    assert.equal(told.length, 4);
    for (const each of told)
      assert.deepEqual(each, ['No server named NAME can be reached from here. Check the name.', 'private_address', 422]);
  });
  it('reports whether an address is allowed without calling it', async () => {
    await testFetch.check(`http://public.test:${port}/`);
    await testFetch.check(`http://127.0.0.1:${port}/`);
    for (const url of ['http://private.test/', 'http://127.0.0.2/', 'http://[::1]/', 'http://0x7f.2/'])
      await assert.rejects(testFetch.check(url), refused('private_address'));
    await assert.rejects(testFetch.check('ftp://public.test/'), refused('unsupported_address'));
  });
  it('passes other errors through', async () => {
    await assert.rejects(testFetch(`http://public.test:${port}/`, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  });
});
