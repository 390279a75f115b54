/** A page's stream of live events, opened again like a browser does whenever it ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { STREAM_PATH } from '#features/inbox/stream-path.ts';
import type { Person } from '../harness/test-server.ts';

const RECONNECT_MS = 300;

export function followLive(person: Person) {
  const leave = new AbortController();
  const newest = new Map<string, number>();
  const parser = () =>
    createParser({
      onEvent({ event, data }) {
        if (event !== 'files') return;
        const { projectId, number } = JSON.parse(data) as { projectId: string; number: number };
        newest.set(projectId, number);
      },
    });

  async function follow(): Promise<void> {
    const response = await person.browser.fetch(STREAM_PATH, { signal: leave.signal });
    if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`);
    const parsed = parser();
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) parsed.feed(text);
  }
  const following = (async () => {
    while (!leave.signal.aborted) {
      await follow().catch(() => undefined);
      if (!leave.signal.aborted) await sleep(RECONNECT_MS);
    }
  })();

  return {
    /** The number of the newest change of a project that it was told of. */
    newest: (projectId: string): number => newest.get(projectId) ?? 0,
    async close(): Promise<void> {
      leave.abort();
      await following;
    },
  };
}
