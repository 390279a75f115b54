/** A test server that sends email to a mailbox, and people on it to be notified. */
import { type Choices, listNotifications, type Notification, putNotificationSettings } from '#features/notifications/contract.ts';
import type { Project } from '#features/projects/contract.ts';
import { createPublicFetch } from '#kernel/http/public-fetch.ts';
import { query } from './database.ts';
import { eventually } from './eventually.ts';
import { isNotification, openMailbox } from './mailbox.ts';
import { askForApproval } from './notifying-events.ts';
import { putRun } from './run-states.ts';
import { type Person, resolveExamples, startTestServer } from './test-server.ts';

/** By email and in the page. */
export const everything: Choices = {
  approval_asked: { page: true, email: true, webhook: false, of: 'all' },
  run_ended: { page: true, email: true, webhook: false, of: 'unattended' },
  start_failed: { page: true, email: true, webhook: false },
  autonomy_off: { page: true, email: true, webhook: false },
  tools_changed: { page: true, email: true, webhook: false },
};
export const nothing: Choices = {
  approval_asked: { page: false, email: false, webhook: false, of: 'all' },
  run_ended: { page: false, email: false, webhook: false, of: 'all' },
  start_failed: { page: false, email: false, webhook: false },
  autonomy_off: { page: false, email: false, webhook: false },
  tools_changed: { page: false, email: false, webhook: false },
};

/** Waits until every event of the outbox has become notifications. */
export const allNotified = (databaseUrl: string) =>
  eventually('the outbox is empty', async () => (await query(databaseUrl, 'select kind, subject from outbox')).length, 0);

export async function startNotificationTest() {
  const mailbox = await openMailbox({ only: isNotification });
  const env = { SMTP_URL: mailbox.url, MAIL_FROM: 'Guildhall <guildhall@example.com>', PUBLIC_URL: 'https://guildhall.example.com' };
  const testServer = await startTestServer({ env, publicFetch: createPublicFetch({ resolve: resolveExamples, isAllowed: () => true }) });
  const { databaseUrl } = testServer;
  const sql = (text: string, values: unknown[] = []) => query<Record<string, string>>(databaseUrl, text, values);
  const notificationsOf = async (person: Person): Promise<Notification[]> => (await person.call(listNotifications, {})).body.notifications;

  return {
    mailbox,
    testServer,
    env,
    sql,
    /** A person's notifications, newest first. */
    notificationsOf,
    choose: (person: Person, choices: Choices, webhookUrl: string | null = null) =>
      person.call(putNotificationSettings, { body: { choices, webhookUrl } }),

    /** A run of this person that asks for an approval, with the notifications of it stored. */
    async ask(by: Person, project: Project, { paths = ['notes.md'] } = {}): Promise<{ id: string; runId: string }> {
      const runId = await putRun({ databaseUrl, projectId: project.id, userId: by.id }, 'waiting', []);
      const id = await askForApproval(testServer.features.db, project, runId, paths);
      await allNotified(databaseUrl);
      return { id, runId };
    },
    /** Makes failed and pending deliveries due now. */
    async makeDue(person: Person): Promise<void> {
      await sql(`update notifications set next_attempt_at = now() where user_id = $1 and status = 'waiting'`, [person.id]);
      await sql(`select pg_notify('guildhall', 'notification ')`);
    },
    untilRejectedOnce: (person: Person) =>
      eventually('the receiver has refused once', async () => (await notificationsOf(person)).some(({ reason }) => reason !== null)),
    untilSettled: (person: Person) =>
      eventually('nothing waits', async () => (await notificationsOf(person)).every(({ status }) => status !== 'waiting')),
    async close(): Promise<void> {
      await testServer.close();
      await mailbox.close();
    },
  };
}
