import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createVault } from './vault.ts';

describe('the vault', () => {
  const vault = createVault(['today’s key']);
  const sealed = vault.seal('sk-secret', 'provider 1');

  it('opens what it sealed, and never produces the same ciphertext twice', () => {
    assert.equal(vault.open(sealed, 'provider 1'), 'sk-secret');
    assert.notDeepEqual(vault.seal('sk-secret', 'provider 1'), sealed);
    assert.ok(!sealed.includes('sk-secret'));
  });

  it('opens nothing with another key, for another owner, or after a change', () => {
    assert.equal(createVault(['another key']).open(sealed, 'provider 1'), undefined);
    assert.equal(vault.open(sealed, 'provider 2'), undefined);
    for (const place of [0, 14, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(place) ^ 1, place);
      assert.equal(vault.open(changed, 'provider 1'), undefined);
    }
    assert.equal(vault.open(Buffer.alloc(5), 'provider 1'), undefined);
  });

  it('records the key in what it seals, and recognizes what the newest key sealed', () => {
    const rotated = createVault(['tomorrow’s key', 'today’s key']);
    assert.deepEqual(sealed.subarray(0, 4), vault.seal('another', 'x').subarray(0, 4));
    assert.notDeepEqual(rotated.seal('x', 'x').subarray(0, 4), sealed.subarray(0, 4));
    assert.deepEqual([vault.isCurrent(sealed, 'provider 1'), rotated.isCurrent(sealed, 'provider 1')], [true, false]);
    assert.equal(rotated.isCurrent(rotated.seal('x', 'x'), 'x'), true);
    assert.equal(vault.isCurrent(sealed, 'provider 2'), false);
  });

  it('opens what was sealed before keys had names', () => {
    // Sealed by the previous version, with 'today’s key' for 'provider 1'.
    const before = Buffer.from('45ca253e55e1a71a93b0e3a6177d2adbdbcab5c8e8213fc71add20a94f7ed6c774e04b02a6', 'hex');
    assert.equal(createVault(['tomorrow’s key', 'today’s key']).open(before, 'provider 1'), 'sk-before');
    assert.equal(vault.isCurrent(before, 'provider 1'), false);
  });

  it('opens what an older key sealed, and seals with the newest', () => {
    const rotated = createVault(['tomorrow’s key', 'today’s key']);
    assert.equal(rotated.open(sealed, 'provider 1'), 'sk-secret');
    assert.equal(vault.open(rotated.seal('new', 'x'), 'x'), undefined);
  });
});
