import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readHostList } from './host-list.ts';

describe('a list of hosts in the environment', () => {
  const list = readHostList(' Tracker, *.corp.example ,10.1.0.0/16, 192.168.3.4,fd12::/16 ,');
  assert.ok(typeof list !== 'string');
  const allowed = [
    ['10.9.9.9', 'tracker'],
    ['10.9.9.9', 'Tracker.'],
    ['10.9.9.9', 'a.b.corp.example'],
    ['10.1.2.3', 'any.name'],
    ['10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', 'any.name'],
    ['192.168.3.4', '192.168.3.4'],
    ['fd12::9', 'any.name'],
  ];
  for (const [address = '', host = ''] of allowed) it(`allows ${host} at ${address}`, () => assert.equal(list.allows(address, host), true));
  const others = [
    ['10.9.9.9', 'tracker.corp'],
    ['10.9.9.9', 'corp.example'],
    ['10.9.9.9', 'evil-corp.example'],
    ['10.2.0.1', '10.2.0.1'],
    ['192.168.3.5', 'any.name'],
    ['fd13::9', 'any.name'],
    ['nonsense', 'nonsense'],
  ];
  for (const [address = '', host = ''] of others)
    it(`does not allow ${host} at ${address}`, () => assert.equal(list.allows(address, host), false));
  for (const entry of ['http://tracker', 'tracker/mcp', '10.0.0.0/33', 'a b', '*', '*tracker'])
    it(`names the entry it cannot parse: ${entry}`, () => assert.equal(readHostList(`tracker, ${entry}`), entry));
});
