import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { invitationIn, invitationUrl, readNext } from './next.ts';

describe('where to go after signing in', () => {
  const next = (value: string) => readNext(`?next=${encodeURIComponent(value)}`, 'https://guildhall.example.com');

  it('is a page of this site, with its query as it stands', () => {
    assert.equal(next('/projects/x?file=a%2520b.md'), '/projects/x?file=a%2520b.md');
    assert.equal(readNext('', 'https://guildhall.example.com'), '/');
  });

  it('is the list of projects for what leads elsewhere, or round in a circle', () => {
    const elsewhere = [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '/..//evil.example',
      '/.//evil.example',
      '/a/..//x',
      '\\\\x',
    ];
    for (const value of [
      ...elsewhere,
      'javascript:alert(1)',
      'projects',
      '',
      '/signin',
      '/signup?x=1',
      '/a/../signin',
      '/reset-password?token=x',
    ])
      assert.equal(next(value), '/', value);
  });
});

it('an invitation stays with a person who signs in or up on the way to it', () => {
  assert.equal(invitationUrl('a+b/c='), '/invitation?token=a%2Bb%2Fc%3D');
  assert.equal(invitationIn(invitationUrl('a+b/c=')), 'a+b/c=');
  for (const other of ['/', '/invitation', '/inbox?token=x', '/invitation?organization=x'])
    assert.equal(invitationIn(other), undefined, other);
});
