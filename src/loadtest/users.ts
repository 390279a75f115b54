/** Virtual users: each a person with an account, a browser and a project with a few files of their own. */
import { randomBytes } from 'node:crypto';
import { logout, signup } from '#features/accounts/contract.ts';
import { saveFile } from '#features/files/contract.ts';
import { createProject } from '#features/projects/contract.ts';
import { type Call, createCall, ProblemError } from '#wire/call.ts';
import { codeOf } from './failure.ts';
import { texts } from './texts.ts';

export interface VirtualUser {
  readonly email: string;
  readonly password: string;
  readonly projectId: string;
  /** Calls the server with this person's cookies. */
  readonly call: Call;
  /** What the server confirmed as saved, by path; a path is missing while it is unknown whether a save arrived. */
  readonly saved: Map<string, string>;
}

interface SignUpOptions {
  origin: string;
  /** @returns a `fetch` with cookies of its own */
  createFetch: () => typeof fetch;
  count: number;
  signal: AbortSignal;
}

/** Hashing passwords is what takes the time, and more at once would not be faster. */
const AT_ONCE = 4;

/**
 * Signs up the users and fills their projects; they are signed out again when it is done.
 * @throws Error that says what to set on the server when it refuses
 */
export async function signUpUsers({ origin, createFetch, count, signal }: SignUpOptions): Promise<VirtualUser[]> {
  const group = randomBytes(4).toString('hex');
  const users: VirtualUser[] = [];
  let next = 0;

  async function work(): Promise<void> {
    while (next < count) {
      signal.throwIfAborted();
      const number = ++next;
      users[number - 1] = await signUpUser(createCall(origin, createFetch()), `load-${group}-${number}@example.com`);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work)).catch((error: unknown) => {
    throw explain(error);
  });
  return users;
}

async function signUpUser(call: Call, email: string): Promise<VirtualUser> {
  const password = randomBytes(12).toString('base64url');
  await call(signup, { body: { name: 'Load Test', email, password } });
  const { body } = await call(createProject, { body: { name: 'Load test' } });
  const projectId = body.project.id;
  for (const [path, text] of texts) {
    await call(saveFile, { params: { projectId }, query: { path }, body: text }, { headers: { 'if-none-match': '*' } });
  }
  await call(logout, {});
  return { email, password, projectId, call, saved: new Map(texts) };
}

function explain(error: unknown): unknown {
  if (!(error instanceof ProblemError)) return error;
  return new Error(`The virtual users cannot be signed up: ${error.message} (${codeOf(error)})${hintFor(error.status)}`, { cause: error });
}

function hintFor(status: number): string {
  if (status === 403) return '. The server must let anybody sign up: SIGNUP=open.';
  if (status === 429) return '. Start the server with a RATE_LIMIT_MULTIPLIER of 100 or more, so that one address may sign up many.';
  return '';
}
