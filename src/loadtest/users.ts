/** Virtual users: each a person with an account, a browser and a project with a few files. */
import { randomBytes } from 'node:crypto';
import { logout, signup } from '#features/accounts/contract.ts';
import { saveFile } from '#features/files/contract.ts';
import { createProject } from '#features/projects/contract.ts';
import { type Call, createCall, ProblemError } from '#wire/call.ts';
import { createBrowserFetch } from './browser.ts';
import type { Connections } from './connection.ts';
import { createCookieJar } from './cookies.ts';
import { codeOf } from './failure.ts';
import { texts } from './texts.ts';

export interface VirtualUser {
  readonly email: string;
  readonly password: string;
  readonly projectId: string;
  /** Calls the server with this person's cookies. */
  readonly call: Call;
  /** Contents that the server confirmed as saved, by path; a path is missing while it is unknown whether a save arrived. */
  readonly files: Map<string, { text: string; etag: string }>;
  signedIn: boolean;
}

interface SignUpOptions {
  /** One per server; users are distributed among them. */
  connections: readonly Connections[];
  count: number;
  /** Whether they keep the session from signing up. */
  staySignedIn: boolean;
  /** Called after each. */
  onSignedUp?: () => void;
}

/** Hashing passwords takes most of the time, and more at once would not be faster. */
const AT_ONCE = 4;
const MAX_TRIES = 4;
const TIMEOUT_MS = 10_000;

/**
 * Signs up users and fills their projects.
 * @throws Error that names the server setting to change if it rejects them
 */
export async function signUpUsers({ connections, count, staySignedIn, onSignedUp }: SignUpOptions): Promise<VirtualUser[]> {
  const group = randomBytes(4).toString('hex');
  const users: VirtualUser[] = [];
  let next = 0;
  let failed = false;

  async function work(): Promise<void> {
    while (next < count && !failed) {
      const number = ++next;
      const server = connections[number % connections.length];
      if (!server) throw new Error('There is no server to sign up at');
      const call = createCall('', createBrowserFetch(server, createCookieJar()));
      users[number - 1] = await signUpUser(call, `load-${group}-${number}@example.com`, staySignedIn);
      onSignedUp?.();
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work)).catch((error: unknown) => {
    failed = true;
    throw explain(error);
  });
  return users;
}

async function signUpUser(call: Call, email: string, staySignedIn: boolean): Promise<VirtualUser> {
  const password = randomBytes(12).toString('base64url');
  await call(signup, { body: { name: 'Load Test', email, password } });
  const { body } = await call(createProject, { body: { name: 'Load test' } });
  const projectId = body.project.id;
  const files = new Map<string, { text: string; etag: string }>();
  for (const [path, text] of texts) {
    const request = { params: { projectId }, query: { path }, body: text };
    const { headers } = await call(saveFile, request, { headers: { 'if-none-match': '*' } });
    files.set(path, { text, etag: headers.get('etag') ?? '' });
  }
  if (!staySignedIn) await call(logout, {});
  return { email, password, projectId, call, files, signedIn: staySignedIn };
}

/** Signs out all signed-in users: not measured, and retried, so that no session stays behind because a connection broke. */
export async function signOutUsers(users: readonly VirtualUser[]): Promise<void> {
  const rest = users.filter(({ signedIn }) => signedIn).values();
  const work = async () => {
    for (const user of rest) {
      await insist(() => user.call(logout, {}, { signal: AbortSignal.timeout(TIMEOUT_MS) }));
      user.signedIn = false;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Retries if no response arrives; only for requests that are safe to repeat. */
export async function insist<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      const answered = error instanceof ProblemError && error.status > 0;
      if (answered || tries === MAX_TRIES) throw error;
    }
  }
}

function explain(error: unknown): unknown {
  if (!(error instanceof ProblemError)) return error;
  return new Error(`The virtual users cannot be signed up: ${error.message} (${codeOf(error)})${hintFor(error.status)}`, { cause: error });
}

function hintFor(status: number): string {
  if (status === 403) return '. The server must let anybody sign up: SIGNUP=open.';
  if (status === 429) return '. Start the server with a RATE_LIMIT_MULTIPLIER of 1,000 or more, so that one address may sign up many.';
  return '';
}
