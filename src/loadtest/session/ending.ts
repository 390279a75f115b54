/** A session ended at one server is rejected by the other within a second: measured many times. */
import { setTimeout as sleep } from 'node:timers/promises';
import { logout } from '#features/accounts/contract.ts';
import { revokeSession } from '#features/sessions/contract.ts';
import { createLatency } from '../latency.ts';
import { formatMs } from '../table.ts';
import type { Outcome, PhasePlan } from './phase.ts';
import { idOf, isAccepted, type RequestContext, type Stay } from './stay.ts';

/** At most the number of users. */
const MAX_TIMES = 25;
const MAX_MS = 1000;
const ASK_EVERY_MS = 2;
const TIMEOUT_MS = 5000;
/** This many concurrent requests must be rejected, in case only some processes of a server know. */
const ASKED_AT_ONCE = 4;

type End = (ctx: RequestContext, another: RequestContext) => Promise<void>;

export const revocation: PhasePlan = { name: 'Revocation across servers', work: (stay) => tryEnding(stay, 'revoked', revoke) };

export const signOut: PhasePlan = {
  name: 'Sign-out across servers',
  work: (stay) => tryEnding(stay, 'signed out', async (ctx) => void (await ctx.at(0)(logout, {}))),
};

/** From the list of sessions, in another browser of the same person. */
const revoke: End = async (ctx, another) => {
  const sessionId = await idOf(ctx, 0);
  await another.at(0)(revokeSession, { params: { sessionId } });
};

async function tryEnding(stay: Stay, word: string, end: End): Promise<Outcome | string> {
  if (stay.servers < 2) return 'It needs two servers. Name them: TARGET_URL=http://one.example.com,http://two.example.com';
  const [person] = await stay.signUp(1);
  if (!person) throw new Error('Nobody signed up');
  const another = await stay.signIn(person, 0);
  const times = Math.min(MAX_TIMES, stay.rig.settings.users);
  const accepted = createLatency();
  let never = 0;
  for (let time = 0; time < times; time++) {
    stay.rig.signal.throwIfAborted();
    const ctx = await stay.signIn(person, 0);
    const elsewhere = stay.copy(ctx);
    // The other server has it in memory before it ends.
    if (!(await isAccepted(elsewhere, 1))) throw new Error('A session that begins at one server is refused by the other');
    await end(ctx, another);
    const milliseconds = await askUntilRefused(elsewhere);
    if (milliseconds === undefined) never += 1;
    else accepted.record(milliseconds);
  }
  const { p50, max } = accepted.figures();
  const met = never === 0 && max < MAX_MS;
  const worst =
    never > 0
      ? `${never} of ${times} were still accepted after ${TIMEOUT_MS / 1000} s`
      : max < 1
        ? 'at once'
        : `at most ${formatMs(max)} ms later`;
  return {
    met,
    summary: `Sessions were ${word} at one server and refused at the other within ${MAX_MS} ms, ${times} times: ${worst}.`,
    figures: [
      { name: 'refused after, p50', value: p50, unit: 'ms' },
      { name: 'refused after, at most', value: max, unit: 'ms' },
    ],
  };
}

/** @returns after how many milliseconds requests were sent that were all rejected; undefined if that never happened */
async function askUntilRefused(ctx: RequestContext): Promise<number | undefined> {
  const begun = performance.now();
  for (let sent = 0; sent < TIMEOUT_MS; sent = performance.now() - begun) {
    const answers = await Promise.all(Array.from({ length: ASKED_AT_ONCE }, () => isAccepted(ctx, 1)));
    if (!answers.includes(true)) return sent;
    await sleep(ASK_EVERY_MS);
  }
  return undefined;
}
