import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changeUser, currentUser, deletePicture, getPicture, MAX_PICTURE_BYTES, putPicture } from '#features/accounts/contract.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { PNG } from '../../../../test/harness/fixture.ts';
import { addMember, createBrowser, signedInOn, signUp } from '../../../../test/harness/test-server.ts';
import { other, statusOf, testServer } from './setup.ts';

const webp = Buffer.from('RIFF\x1a\0\0\0WEBPVP8L', 'latin1');
const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex');

describe('a person’s picture', () => {
  it('is recognized by its first bytes, whatever the client calls it', async () => {
    const person = await signUp(testServer);
    for (const [body, type] of [
      [PNG, 'image/png'],
      [jpeg, 'image/jpeg'],
      [webp, 'image/webp'],
    ] as const) {
      const { picture = '' } = (await person.call(putPicture, { body }, { headers: { 'content-type': 'text/html' } })).body.user;
      assert.match(picture, new RegExp(`^/api/users/${person.id}/picture\\?v=\\d+$`));
      const response = await person.browser.fetch(picture);
      assert.equal(response.headers.get('content-type'), type);
      assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
      assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'.*sandbox/);
      assert.equal(response.headers.get('cache-control'), 'private, no-cache');
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), body);
      const again = await person.browser.fetch(picture, { headers: { 'if-none-match': response.headers.get('etag') ?? '' } });
      assert.equal(again.status, 304);
    }
  });

  it('is rejected if it is anything else, or too large', async () => {
    const person = await signUp(testServer);
    for (const body of ['<svg xmlns="http://www.w3.org/2000/svg"/>', '<script>alert(1)</script>', 'GIF89a', 'RIFF....WAVE', ''])
      await assert.rejects(person.call(putPicture, { body }, { headers: { 'content-type': 'image/png' } }), { status: 415 }, body);
    const large = Buffer.concat([PNG, Buffer.alloc(MAX_PICTURE_BYTES)]);
    await assert.rejects(person.call(putPicture, { body: large }), { status: 413 });
    assert.equal((await person.call(currentUser, {})).body.user.picture, undefined);
    const most = Buffer.concat([PNG, Buffer.alloc(MAX_PICTURE_BYTES - PNG.length)]);
    assert.equal((await person.call(putPicture, { body: most })).status, 200);
  });

  it('is seen by people of the same organization, and by nobody else', async () => {
    const [ada, colleague, outsider] = [await signUp(testServer), await signUp(testServer), await signUp(testServer)];
    await ada.call(putPicture, { body: PNG });
    const organizationId = (await ada.call(currentUser, {})).body.user.organizations[0]?.id ?? '';
    await addMember(testServer, colleague, organizationId, 'viewer');
    const see = (browser: Pick<typeof ada, 'call'>) => statusOf(browser.call(getPicture, { params: { userId: ada.id } }));
    assert.deepEqual(
      [await see(ada), await see(colleague), await see(outsider), await see(createBrowser(testServer.origin))],
      [200, 200, 404, 401],
    );
  });

  it('changes and goes away on every server', async () => {
    const person = await signUp(testServer);
    const elsewhere = signedInOn(person, other);
    const pictureOf = async () => (await elsewhere.call(currentUser, {})).body.user.picture;
    assert.equal(await pictureOf(), undefined);
    const first = (await person.call(putPicture, { body: PNG })).body.user.picture;
    await eventually('the other server shows it', pictureOf, first);
    const second = (await person.call(putPicture, { body: jpeg })).body.user.picture;
    assert.notEqual(second, first);
    await eventually('the other server shows the new one', pictureOf, second);
    assert.equal((await person.call(deletePicture, {})).status, 204);
    await eventually('the other server shows none', pictureOf, (seen) => seen === undefined);
    assert.equal(await statusOf(person.call(getPicture, { params: { userId: person.id } })), 404);
    assert.equal((await person.call(deletePicture, {})).status, 204, 'again');
  });
});

describe('PATCH /api/auth/user', () => {
  it('changes the name, on every server', async () => {
    const person = await signUp(testServer);
    const elsewhere = signedInOn(person, other);
    await elsewhere.call(currentUser, {});
    assert.equal((await person.call(changeUser, { body: { name: 'Augusta' } })).body.user.name, 'Augusta');
    await eventually('the other server knows', async () => (await elsewhere.call(currentUser, {})).body.user.name, 'Augusta');
  });

  it('takes nothing but a name', async () => {
    const person = await signUp(testServer);
    const before = (await person.call(currentUser, {})).body;
    for (const more of [
      { operator: true },
      { email: 'eve@example.com' },
      { emailConfirmed: true },
      { id: person.id },
      { organizations: [] },
    ]) {
      const response = await person.browser.fetch(changeUser.path, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Eve', ...more }),
      });
      assert.equal(response.status, 422, JSON.stringify(more));
    }
    assert.deepEqual((await person.call(currentUser, {})).body, before);
  });
});
