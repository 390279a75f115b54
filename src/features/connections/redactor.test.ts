import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRedactor } from '#features/connections/server/secrets.ts';

describe('the credentials of a server', () => {
  const token = 'tok"en/+with=odd&characters';
  const redact = createRedactor([token, 'Basic dXNlcjpwYXNzd29yZDE=', '12']);
  for (const [how, said] of [
    ['as it is', token],
    ['within JSON', JSON.stringify({ token })],
    ['within an address', `https://example.com/?key=${encodeURIComponent(token)}`],
    ['in base64', Buffer.from(token).toString('base64')],
    ['in base64url', Buffer.from(token).toString('base64url')],
    ['of Basic, as it is sent', 'dXNlcjpwYXNzd29yZDE='],
    ['of Basic, as it is meant', 'user:password1'],
    ['of Basic, the password alone', 'password1'],
  ])
    it(`is removed from its responses: ${how}`, () => {
      const text = redact(`I was given ${said}, thanks.`);
      assert.match(text, /\[secret removed\]/);
      assert.doesNotMatch(text, /odd|dXNlcjpw|password1|dG9r/);
    });
  it('is no text of a few characters, which would stand anywhere', () => assert.equal(redact('12 apples'), '12 apples'));
});
