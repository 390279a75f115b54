/** `npm run user`: makes accounts, says who operates this installation, and lets people back in who lost their password. */
import type * as z from 'zod';
import { newEmail, newName } from '#features/accounts/contract.ts';
import { operators } from '#features/accounts/server/accounts.ts';
import { organizationsByOperators as organizations } from '#features/organizations/server/organizations.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { type Role, role as roles } from '#wire/role.ts';
import type { Config } from '../config.ts';
import { findDatabase, linkTo, type Outcome, readSettings, runCommand, UsageError, withDatabase } from './command.ts';

const HELP = `npm run user -- COMMAND [EMAIL] [options]

  create EMAIL --name NAME  make an account, and print a link with which its person sets a password, once, within 24 hours
  promote EMAIL             make the person an operator of this installation
  demote EMAIL              take that right away; the last operator keeps it
  reset EMAIL               print a link with which the person sets a new password, once, within 24 hours
  list                      list all accounts, with their organizations and roles

Options of create:
  --operator                also an operator; the first account always is
  --organization NAME       join this organization, by name or id; without it, the person gets one of their own
  --role ROLE               viewer, member (the default), admin or owner. With owner, an organization that does not exist is founded

  --json                    print only JSON: {"changed", "user"}, {"link", "expiresAt", "user"} or {"users": […]}
  --help                    print this help

Uses DATABASE_URL, or the database of the server that is running here. Takes effect on all servers within a second, and is recorded in
the audit log. Exits 0 if it worked, 1 if not, and 2 if the command is not understood.`;

interface CreateOptions {
  name?: string | undefined;
  operator?: boolean | undefined;
  organization?: string | undefined;
  role?: string | undefined;
}

type Command = (db: Database, email: string, config: Config, options: CreateOptions) => Promise<Outcome>;

const setOperator =
  (operator: boolean): Command =>
  async (db, email) => {
    const { user, changed } = await operators.setOperator(db, email, operator);
    const state = operator ? 'an operator' : 'no operator';
    return { json: { changed, user }, text: `${user.name} (${user.email}) is ${state} ${changed ? 'now' : 'already'}.` };
  };

const describeLink = (config: Config, { path, expiresAt }: { path: string; expiresAt: string }) => ({
  link: linkTo(config, path),
  until: `${expiresAt.slice(0, 16).replace('T', ' ')} UTC`,
});

const reset: Command = async (db, email, config) => {
  const { user, ...made } = await operators.createResetPath(db, email);
  const { link, until } = describeLink(config, made);
  const text = `${user.name} (${user.email}) can set a new password with this link, once, until ${until}:\n${link}`;
  return { json: { link, expiresAt: made.expiresAt, user }, text };
};

/** @throws UsageError that says what is wrong with it */
function checked(what: string, schema: z.ZodType<string>, value: string): string {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new UsageError(`${what}: ${read.error.issues.map(({ message }) => message).join(' ')}`);
}

/** @throws UsageError */
function readRole(given: string | undefined): Role | undefined {
  const read = roles.optional().safeParse(given);
  if (read.success) return read.data;
  throw new UsageError(`${given} is no role. Roles are ${roles.options.join(', ')}.`);
}

/** Where a new person belongs. @throws Error for an organization that does not exist, or a name that several have */
async function findPlace(db: Database, organization: string, role: Role | undefined) {
  const found = await organizations.find(db, organization);
  const [only, ...more] = found;
  if (more.length > 0)
    throw new Error(
      `${found.length} organizations are named ${organization}. Name one by its id:\n${found.map(({ id, name }) => `  ${id}  ${name}`).join('\n')}`,
    );
  if (only) return { to: { organizationId: only.id, role: role ?? ('member' as const) }, text: `${role ?? 'member'} in ${only.name}` };
  if (role !== 'owner')
    throw new Error(`No organization is named ${organization}. To found it, with this person as its owner, add --role owner.`);
  const name = checked('--organization', newName(100), organization);
  return { to: { founds: name }, text: `owner of ${name}, which is new` };
}

const create: Command = async (db, address, config, { name, operator = false, organization, role: given }) => {
  if (name === undefined) throw new UsageError('Give the person’s name: npm run user -- create ada@example.com --name "Ada Lovelace"');
  if (given !== undefined && organization === undefined)
    throw new UsageError('--role needs --organization: alone, the person owns their own.');
  const person = { name: checked('--name', newName(100), name), email: checked('The email address', newEmail, address) };
  const place = organization === undefined ? undefined : await findPlace(db, organization, readRole(given));
  const join = place && ((tx: Transaction, user: { id: string; name: string }) => organizations.join(db, tx, user, place.to));
  const made = await operators.createPerson(db, { ...person, operator, bcryptRounds: config.bcryptRounds }, join);
  const { link, until } = describeLink(config, made);
  const is = [made.operator ? 'an operator' : '', place?.text ?? ''].filter(Boolean).join(', ');
  const text = `${person.name} (${person.email}) has an account${is && `: ${is}`}. They set their password with this link, once, until ${until}:\n${link}`;
  return { json: { link, expiresAt: made.expiresAt, user: made.user, operator: made.operator }, text };
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
  create: { takesEmail: true, run: create },
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
  options: { name: { type: 'string' }, operator: { type: 'boolean' }, organization: { type: 'string' }, role: { type: 'string' } },
  async run({ values: { name, operator, organization, role }, positionals }) {
    const { command, email } = findCommand(positionals);
    const options = { name, operator, organization, role };
    const given = Object.entries(options).find(([, value]) => value !== undefined);
    if (given && command.run !== create) throw new UsageError(`--${given[0]} belongs to create.`);
    const config = readSettings();
    return withDatabase(await findDatabase(config), (db) => command.run(db, email, config, options));
  },
});
