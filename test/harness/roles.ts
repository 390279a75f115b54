/** Changes roles and operators like an operator of the database. */
import { currentUser } from '#features/accounts/contract.ts';
import { isOperator } from '#features/accounts/operator.ts';
import type { Role } from '#wire/role.ts';
import { query } from './database.ts';
import { eventually } from './eventually.ts';
import type { Person, TestServer } from './test-server.ts';

/** Gives a person another role everywhere, and waits until the server has been notified. */
export async function setRole(testServer: TestServer, person: Person, role: Role): Promise<void> {
  await query(testServer.databaseUrl, 'update members set role = $2 where user_id = $1', [person.id, role]);
  await eventually('the server knows the role', async () => {
    const { user } = (await (await person.browser.fetch('/api/auth/user')).json()) as { user: { organizations: { role: Role }[] } };
    return user.organizations[0]?.role === role;
  });
}

/** Makes a person an operator of the installation, and waits until the server has been notified. */
export async function makeOperator(testServer: TestServer, person: Person): Promise<void> {
  await query(testServer.databaseUrl, 'update users set operator = true where id = $1', [person.id]);
  await eventually('the server knows the operator', async () => isOperator((await person.call(currentUser, {})).body.user));
}
