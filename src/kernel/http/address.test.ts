import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Request } from 'express';
import { addressOf, networkOf, trustProxies } from './address.ts';

/** A request over a connection from `peer`, with a header from proxies. */
const ask = (peer: string, header: string | undefined, hops?: number) =>
  addressOf({
    socket: { remoteAddress: peer },
    headers: { 'x-forwarded-for': header },
    app: { get: () => trustProxies(hops) },
  } as unknown as Request);

describe('the address of a client', () => {
  it('is the connecting address if no proxy is trusted, whatever a header says', () => {
    for (const peer of ['203.0.113.7', '10.0.0.1', '127.0.0.1']) assert.equal(ask(peer, '198.51.100.1', 0), peer);
  });

  it('is what one nearby proxy reports by default, ignoring what the proxy was sent', () => {
    for (const peer of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.1.2.3', '172.16.9.9', '192.168.0.1', '::ffff:192.168.0.1', 'fd00::5'])
      assert.equal(ask(peer, '192.0.2.99, 198.51.100.1'), '198.51.100.1', peer);
    for (const peer of ['203.0.113.7', '2001:db8::1', '172.32.0.1', '100.64.0.1', '::ffff:203.0.113.7'])
      assert.notEqual(ask(peer, '198.51.100.1'), '198.51.100.1', peer);
  });

  it('is read as many hops deep as are trusted, whatever their addresses', () => {
    const header = '192.0.2.1, 198.51.100.1,198.51.100.2';
    assert.equal(ask('203.0.113.7', header, 1), '198.51.100.2');
    assert.equal(ask('203.0.113.7', header, 2), '198.51.100.1');
    assert.equal(ask('203.0.113.7', header, 3), '192.0.2.1');
    assert.equal(ask('203.0.113.7', header, 10), '192.0.2.1');
  });

  it('is found in every format that gateways write', () => {
    const ways = {
      '198.51.100.1': [
        '198.51.100.1',
        ' 198.51.100.1 ',
        '198.51.100.1:4711',
        '"198.51.100.1"',
        '"198.51.100.1:4711"',
        '::ffff:198.51.100.1',
        '[::ffff:c633:6401]:80',
        '64:ff9b::c633:6401',
      ],
      '2001:db8::a': [
        '2001:db8::a',
        '2001:DB8:0:0::A',
        '2001:0db8:0000:0000:0000:0000:0000:000a',
        '[2001:db8::a]',
        '[2001:db8::a]:443',
        '"[2001:db8::a]:443"',
        '2001:db8::a%eth0',
      ],
    };
    for (const [address, forms] of Object.entries(ways)) for (const form of forms) assert.equal(ask('127.0.0.1', form), address, form);
  });

  it('is the proxy’s own if the header names none', () => {
    const garbage = [
      'unknown',
      '',
      ' ',
      '_hidden',
      '1.2.3.4.5',
      '1.2.3',
      '256.1.1.1',
      '::g',
      '[::1',
      '::1]',
      '[]',
      '198.51.100.1:x',
      '198.51.100.1:999999',
      '"198.51.100.1',
      '0x7f.1',
      'for=198.51.100.1',
      '198.51.100.1,',
      '198.51.100.1, unknown',
      'x'.repeat(16_000),
      '['.repeat(16_000),
    ];
    for (const header of garbage) assert.equal(ask('10.0.0.9', header), '10.0.0.9', header.slice(0, 40));
  });

  it('counts as its /64 for IPv6, in one spelling', () => {
    assert.equal(networkOf('198.51.100.1'), '198.51.100.1');
    const spellings = ['2001:db8:1:2::a', '2001:DB8:1:2:ffff:ffff:ffff:ffff', '[2001:db8:1:2::]:443'];
    for (const spelling of spellings) assert.equal(networkOf(ask('127.0.0.1', spelling)), '2001:db8:1:2::/64');
    assert.equal(networkOf('2001:db8::1'), '2001:db8:0:0::/64');
    assert.equal(networkOf('::1'), '0:0:0:0::/64');
  });
});
