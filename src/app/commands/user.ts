/** `npm run user`: who operates this installation, and a way back in for people who lost their password. */
import { operators } from '#features/accounts/server/accounts.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { Config } from '../config.ts';
import { findDatabase, type Outcome, readSettings, runCommand, UsageError, withDatabase } from './command.ts';

const HELP = `npm run user -- COMMAND [EMAIL] [--json]

  promote EMAIL  make the person an operator of this installation
  demote EMAIL   take that right away; the last operator keeps it
  reset EMAIL    print a link with which the person sets a new password, once, within 24 hours
  list           list all accounts, with their organizations and roles

  --json         print only JSON: {"changed", "user"}, {"link", "expiresAt", "user"} or {"users": […]}
  --help         print this help

Uses DATABASE_URL, or the database of the server that is running here. Takes effect on all servers within a second, and is recorded in
the audit log. Exits 0 if it worked, 1 if not, and 2 if the command is not understood.`;

type Command = (db: Database, email: string, config: Config) => Promise<Outcome>;

const setOperator =
  (operator: boolean): Command =>
  async (db, email) => {
    const { user, changed } = await operators.setOperator(db, email, operator);
    const state = operator ? 'an operator' : 'no operator';
    return { json: { changed, user }, text: `${user.name} (${user.email}) is ${state} ${changed ? 'now' : 'already'}.` };
  };

/** In production without PUBLIC_URL, only the operator knows where people reach the server. */
const baseUrlOf = ({ publicUrl, port }: Config) => publicUrl ?? `http://localhost:${port}`;

const reset: Command = async (db, email, config) => {
  const { user, path, expiresAt } = await operators.createResetPath(db, email);
  const link = new URL(path, baseUrlOf(config)).href;
  const until = `${expiresAt.slice(0, 16).replace('T', ' ')} UTC`;
  const text = `${user.name} (${user.email}) can set a new password with this link, once, until ${until}:\n${link}`;
  return { json: { link, expiresAt, user }, text };
};

const list: Command = async (db) => {
  const users = await operators.listPeople(db);
  const lines = users.map(({ email, name, operator, organizations }) => {
    const roles = organizations.map(({ name: organization, role }) => `${role} in ${organization}`);
    return [email, name, ...(operator ? ['operator'] : []), ...roles].join('\t');
  });
  return {
    json: { users },
    text: lines.length > 0 ? lines.join('\n') : 'There are no accounts yet: the first person to sign up is an operator.',
  };
};

const commands: Record<string, { takesEmail: boolean; run: Command }> = {
  promote: { takesEmail: true, run: setOperator(true) },
  demote: { takesEmail: true, run: setOperator(false) },
  reset: { takesEmail: true, run: reset },
  list: { takesEmail: false, run: list },
};

/** @throws UsageError */
function findCommand([name = '', email = '', ...more]: string[]) {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new UsageError(name ? `There is no command ${name}.` : 'Name a command.');
  if (more.length > 0 || command.takesEmail !== (email !== ''))
    throw new UsageError(
      command.takesEmail ? `Name one person by email address: npm run user -- ${name} ada@example.com` : `${name} takes nothing.`,
    );
  return { command, email };
}

runCommand({
  help: HELP,
  options: {},
  async run({ positionals }) {
    const { command, email } = findCommand(positionals);
    const config = readSettings();
    return withDatabase(await findDatabase(config), (db) => command.run(db, email, config));
  },
});
