/** A server that sends mail, and an owner with a project for each test. */
import { after, beforeEach } from 'node:test';
import type { Project } from '#features/projects/contract.ts';
import type { Role } from '#wire/role.ts';
import { openNotified } from '../../../../test/harness/notified.ts';
import { addMember, newProject, type Person, signUp } from '../../../../test/harness/test-server.ts';

const notified = await openNotified();

after(() => notified.close());

export const { mailbox, house, sql, told, choose, ask, hurry, refusedOnce, settled } = notified;

export let owner: Person;
export let project: Project;

beforeEach(async () => {
  mailbox.mails.length = 0;
  mailbox.script.answer = () => undefined;
  owner = await signUp(house);
  project = await newProject(owner, 'Website');
});

export async function join(role: Role): Promise<Person> {
  const person = await signUp(house, 'Grace Hopper');
  await addMember(house, person, project.organizationId, role);
  return person;
}
