/**
 * Accounts: users, the organizations they belong to, and their roles there. A user signs up, which creates an organization, and is
 * authenticated by email address and password. The sessions feature handles sessions.
 */
import { v7 as uuid } from 'uuid';
import type { User } from '#features/accounts/contract.ts';
import type { Actor } from '#features/audit-log/server/audit-log.ts';
import { createCache } from '#kernel/cache.ts';
import type { Transaction } from '#kernel/database/pool.ts';
import { conflict, forbidden, HttpProblem, violates } from '#kernel/errors.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import type { Identity } from '#kernel/http/route.ts';
import type { Metrics } from '#kernel/metrics.ts';
import { createEmailChanges } from './email-changes.ts';
import { findByEmail } from './find-user.ts';
import { found, isFirst } from './founding.ts';
import { deleteOldLinks } from './link-queries.ts';
import { createPasswords } from './password.ts';
import { createPasswordChanges, type PasswordOptions } from './password-changes.ts';
import { requireHardToGuess } from './password-rules.ts';
import { describeUser, loadPerson, type Person } from './person.ts';
import { createPictures } from './pictures.ts';
import * as sql from './queries.ts';
import { requireManaged } from './standing.ts';
import { texts } from './texts.ts';

export { operators } from './operators.ts';
export { type Person, pictureUrl } from './person.ts';

export type Accounts = ReturnType<typeof createAccounts>;

interface Options extends PasswordOptions {
  eventBus: EventBus;
  metrics: Metrics;
  /** `open`: anyone may sign up and create organizations; `invite`: only the first person and operators. */
  signup: 'open' | 'invite';
  bcryptRounds: number;
  maxConcurrentHashes: number;
}

/** A person, who acts by themselves or through a token. */
type Caller = Partial<Pick<Identity, 'operator' | 'token'>>;

export function createAccounts({ db, eventBus, metrics, log, auditLog, mail, limits, signup, bcryptRounds, maxConcurrentHashes }: Options) {
  const signInsFailed = metrics.counter('sign_ins_failed_total', 'Sign-in attempts with a wrong email or password');
  const passwords = createPasswords({ rounds: bcryptRounds, atOnce: maxConcurrentHashes });
  metrics.gauge('password_hashes_waiting', 'Passwords waiting to be hashed', (gauge) => gauge.set(passwords.waiting()));
  const people = createCache<Person>({
    eventBus,
    channel: 'user',
    load: (userId) => loadPerson(db, userId),
    max: 20_000,
    counts: metrics.cache('people'),
  });

  const passwordChanges = createPasswordChanges({ db, auditLog, mail, log, limits }, passwords);
  const emailChanges = createEmailChanges({ db, auditLog, mail, log, checkPassword: passwordChanges.check });
  const forget = (userId: string): void => people.invalidate(userId);

  /** Everyone may where sign-up is open, and otherwise operators: people, not their tokens. */
  const mayCreateOrganization = ({ operator, token }: Caller): boolean => token === undefined && (signup === 'open' || operator === true);
  /** A person as the API shows them to themselves. */
  const show = (person: Person & Caller): User => describeUser(person, { mayCreateOrganization: mayCreateOrganization(person) });

  /** @throws Error if the person has been deleted since */
  async function describe(userId: string): Promise<User> {
    const person = await people.get(userId);
    if (!person) throw new Error('a person who was just there is not found');
    return show(person);
  }

  return {
    /** @returns the person with this id, from cache; undefined if there is none */
    person: (userId: string) => people.get(userId),

    /** Reads a person anew at their next request here; other servers learn of changes by notification. */
    forget,

    passwords: passwordChanges,
    emails: emailChanges,
    pictures: createPictures({ db, auditLog, forget }),
    describe,
    show,
    mayCreateOrganization,
    requireManaged,

    /**
     * The first person becomes an operator.
     * @param record records the sign-up in the same transaction
     * @param join makes the new person a member of an organization, in the same transaction; without it, they found one
     * @throws 422 for a password that is easily guessed, 409 `email_taken`, 403 `signup_closed`
     */
    async signUp(
      input: { name: string; email: string; password: string },
      record: (tx: Transaction, who: { id: string; name: string }) => Promise<unknown>,
      join?: (tx: Transaction, who: { id: string; name: string; email: string }) => Promise<unknown>,
    ): Promise<User> {
      const closed = signup === 'invite' && !join;
      // Checked before hashing too, so a closed sign-up costs nothing.
      const [before] = await sql.selectAnyUser(db);
      if (closed && before?.found) throw signupClosed();
      requireHardToGuess(input.password, input);
      const passwordHash = await passwords.hash(input.password);
      const { name, email } = input;
      const id = uuid();
      await db
        .transaction(async (tx) => {
          const first = !before?.found && (await isFirst(tx));
          if (closed && !first) throw signupClosed();
          await sql.insertUser(tx, { id, name, email, passwordHash, operator: first });
          await (join ?? found)(tx, { id, name, email });
          tx.withCommit(record(tx, { id, name }));
        })
        .catch((error: unknown) => {
          throw violates(error, 'users_email') ? conflict('email_taken', texts.problems.emailTaken) : error;
        });
      // Warms the cache for the next request, which asks for the same person.
      return describe(id);
    },

    /**
     * @returns also the hash that the password fits, for `passwords.isStill`
     * @throws 401 `invalid_credentials`, with the same message and timing for an unknown address and a wrong password
     */
    async recognise(email: string, password: string): Promise<{ user: User; passwordHash: string }> {
      const row = password.includes('\0') ? undefined : await findByEmail(db, email);
      const matches = await passwords.verify(password, row?.password_hash);
      const person = matches && row ? await people.get(row.id) : undefined;
      if (!person || !row) {
        signInsFailed.inc();
        throw invalidCredentials();
      }
      return { user: show(person), passwordHash: row.password_hash };
    },

    async changeName(actor: Actor & { userId: string }, name: string): Promise<User> {
      const { userId } = actor;
      await db.transaction(async (tx) => {
        const [row] = await sql.changeName(tx, { userId, name });
        if (row && row.former !== name)
          tx.withCommit(auditLog.recordOf(tx, { actor, action: 'account.rename', detail: { from: row.former, to: name } }));
      });
      forget(userId);
      return describe(userId);
    },

    /** Deletes what is left of links that have expired. */
    cleanUp: () => deleteOldLinks(db),
  };
}

const signupClosed = () => forbidden(texts.problems.signupClosed, 'signup_closed');

/** Of a sign-in. */
export const invalidCredentials = () => new HttpProblem(401, 'invalid_credentials', texts.problems.invalidCredentials);
