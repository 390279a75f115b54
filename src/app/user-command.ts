/** `npm run user`: who operates this installation, and a way back in for people who lost their password. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { operators } from '#features/accounts/server/accounts.ts';
import { findRunning } from '#kernel/database/embedded/embedded.ts';
import { createDatabase, type Database } from '#kernel/database/pool.ts';
import { createLog } from '#kernel/log.ts';
import { type Config, readConfig } from './config.ts';

const HELP = `npm run user -- COMMAND [EMAIL] [--json]

  promote EMAIL  make the person an operator of this installation
  demote EMAIL   take that right away; the last operator keeps it
  reset EMAIL    print a link with which the person sets a new password, once, within 24 hours
  list           list all accounts, with their organizations and roles

  --json         print only JSON: {"changed", "user"}, {"link", "expiresAt", "user"} or {"users": […]}
  --help         print this help

Uses DATABASE_URL, or the database of the server that is running here. Takes effect on all servers within a second, and is recorded in
the audit log. Exits 0 if it worked, 1 if not, and 2 if the command is not understood.`;

class UsageError extends Error {}

interface Outcome {
  json: object;
  text: string;
}

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
function readArguments(given: string[]) {
  try {
    const options = { json: { type: 'boolean' }, help: { type: 'boolean' } } as const;
    const { values, positionals } = parseArgs({ args: given, options, allowPositionals: true });
    return { ...values, positionals };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

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

async function main(given: string[]): Promise<void> {
  const { json, help, positionals } = readArguments(given);
  if (help) return void process.stdout.write(`${HELP}\n`);
  const { command, email } = findCommand(positionals);
  if (existsSync('.env')) process.loadEnvFile();
  const config = readConfig(process.env);
  const url = config.databaseUrl ?? (await findRunning(config.dataDir));
  if (!url) throw new Error(`No server is running on ${config.dataDir}. Start it, or set DATABASE_URL if the database is elsewhere.`);
  const db = createDatabase({ url, max: 2, log: await createLog({ level: 'silent', readable: false }) });
  try {
    const outcome = await command.run(db, email, config);
    process.stdout.write(`${json ? JSON.stringify(outcome.json) : outcome.text}\n`);
  } finally {
    await db.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const isUsage = error instanceof UsageError;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${isUsage ? `\n${HELP}\n` : ''}`);
  process.exitCode = isUsage ? 2 : 1;
});
