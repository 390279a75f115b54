/** A server that sends mail, and an owner with a project for each test. */
import { after, beforeEach } from 'node:test';
import type { Project } from '#features/projects/contract.ts';
import type { Role } from '#wire/role.ts';
import { startNotificationTest } from '../../../../test/harness/notification-test.ts';
import { addMember, newProject, type Person, signUp } from '../../../../test/harness/test-server.ts';

const notified = await startNotificationTest();

after(() => notified.close());

export const { mailbox, testServer, sql, notificationsOf, choose, ask, makeDue, untilRejectedOnce, untilSettled } = notified;

export let owner: Person;
export let project: Project;

beforeEach(async () => {
  mailbox.mails.length = 0;
  mailbox.script.answer = () => undefined;
  owner = await signUp(testServer);
  project = await newProject(owner, 'Website');
});

export async function join(role: Role): Promise<Person> {
  const person = await signUp(testServer, 'Grace Hopper');
  await addMember(testServer, person, project.organizationId, role);
  return person;
}
