/** Invitations by email. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { changeUser, currentUser } from '#features/accounts/contract.ts';
import { createInvitation, lookUpInvitation, resendInvitation } from '#features/organizations/invitations-contract.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { type Mailbox, openMailbox } from '../../../../test/harness/mailbox.ts';
import { createBrowser, type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';

const PUBLIC_URL = 'https://guildhall.example.com';
let mailbox: Mailbox;
let testServer: TestServer;
let owner: Person;
before(async () => {
  mailbox = await openMailbox();
  testServer = await startTestServer({ env: { SMTP_URL: mailbox.url, MAIL_FROM: 'guildhall@example.com', PUBLIC_URL } });
  owner = await signUp(testServer, 'Fay Founder');
});
after(async () => {
  await testServer.close();
  await mailbox.close();
});

const invitationsTo = (address: string) => mailbox.mails.filter((mail) => mail.to.includes(address) && /invitation/.test(mail.subject));

describe('an invitation with an address', () => {
  it('is emailed, with a link that works; sent again, the new link replaces it', async () => {
    const { emailed, invitation } = (await owner.call(createInvitation, { body: { email: 'ivy@example.com', role: 'member' } })).body;
    assert.ok(emailed && invitation.sentAt);
    const first = await eventually('the email arrives', () => invitationsTo('ivy@example.com')[0]);
    assert.match(first.text, /Fay Founder invites you to Fay Founder’s team/);
    const tokenOf = (text: string) => new URL(/https:\S+token=\S+/.exec(text)?.[0] ?? '').searchParams.get('token') ?? '';
    assert.ok(first.text.includes(`${PUBLIC_URL}/invitation?token=`), 'the link follows the public URL');
    await owner.call(resendInvitation, { params: { invitationId: invitation.id } });
    const second = await eventually('it arrives again', () => invitationsTo('ivy@example.com')[1]);
    const { call } = createBrowser(testServer.origin);
    await assert.rejects(call(lookUpInvitation, { query: { token: tokenOf(first.text) } }), { code: 'invitation_invalid' });
    assert.equal((await call(lookUpInvitation, { query: { token: tokenOf(second.text) } })).body.email, 'ivy@example.com');
  });

  it('has no link of the inviter’s in it, whatever they are called', async () => {
    await owner.call(changeUser, { body: { name: 'Win at https://evil.example.com now' } });
    await eventually('the name is known', async () => (await owner.call(currentUser, {})).body.user.name.startsWith('Win'));
    await owner.call(createInvitation, { body: { email: 'uma@example.com', role: 'viewer' } });
    const mail = await eventually('the email arrives', () => invitationsTo('uma@example.com')[0]);
    assert.ok(!mail.subject.includes('evil') && !mail.text.includes('https://evil'), 'a mail program makes no link of it');
  });

  it('without an address is not emailed', async () => {
    assert.equal((await owner.call(createInvitation, { body: { role: 'viewer' } })).body.emailed, false);
  });
});
