import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createVault } from './vault.ts';

describe('the vault', () => {
  const vault = createVault(['today’s key']);
  const sealed = vault.seal('sk-secret', 'provider 1');

  it('opens what it sealed, and never seals the same twice alike', () => {
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

  it('opens what an older key sealed, and seals with the newest', () => {
    const rotated = createVault(['tomorrow’s key', 'today’s key']);
    assert.equal(rotated.open(sealed, 'provider 1'), 'sk-secret');
    assert.equal(vault.open(rotated.seal('new', 'x'), 'x'), undefined);
  });
});
