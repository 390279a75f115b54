/** What happens to a tool that times out. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OutcomeUnknown } from '#features/connections/server/connections.ts';
import { attempt } from './server/calls/attempt.ts';

const never = () => new Promise<never>(() => undefined);
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

const call = (effect: 'none' | 'project' | 'outside', signal = new AbortController().signal) => ({
  tool: { name: 'slow', effect, timeoutMs: 50 },
  signal,
  log: { warn: () => undefined, error: () => assert.fail('it was expected') } as never,
  claimed: { id: 'run' },
});

describe('a tool that times out', () => {
  it('is told so, and the model reads that nothing changed', async () => {
    for (const effect of ['none', 'project'] as const)
      assert.deepEqual(await attempt(call(effect), untilAborted), {
        ok: false,
        output: 'slow: It was still running after 0.05 s, the maximum for a call. Nothing was changed.',
      });
  });

  it('is abandoned if it does not end on its own', async () => {
    const { output } = (await attempt(call('none'), never)) as { output: string };
    assert.match(output, /still running after/);
  });

  it('leaves its outcome unknown if it has outside effects', async () => {
    const unknown = 'It was still running after 0.05 s, the maximum for a call.';
    assert.deepEqual(await attempt(call('outside'), untilAborted), { unknown });
    assert.deepEqual(await attempt(call('outside'), never), { unknown });
  });

  it('can report what is known of its outcome', async () => {
    const itself = async (signal: AbortSignal) => {
      await untilAborted(signal).catch(() => undefined);
      return { output: 'The call was not executed.' };
    };
    assert.deepEqual(await attempt(call('outside'), itself), { output: 'The call was not executed.' });
    const knows = (signal: AbortSignal) =>
      untilAborted(signal).catch(() => {
        throw new OutcomeUnknown('Mail: it had begun.');
      });
    assert.deepEqual(await attempt(call('outside'), knows), { unknown: 'Mail: it had begun.' });
  });

  it('is distinguished from a run stopped by a person', async () => {
    const stop = new AbortController();
    const stopped = new Error('stopped');
    setTimeout(() => stop.abort(stopped), 5);
    await assert.rejects(
      attempt({ ...call('outside', stop.signal), tool: { name: 'slow', effect: 'outside', timeoutMs: 60_000 } }, untilAborted),
      stopped,
    );
  });

  it('takes as long as it needs below that', async () => {
    assert.deepEqual(await attempt(call('none'), async () => ({ output: 'done' })), { output: 'done' });
  });
});
