/** Reads many runs concurrently, and reports how late each word was, from the time in its text: forked by the case `runs`. */
import { connect } from 'node:net';
import { build } from 'hdr-histogram-js';
import { get } from './client.ts';

export interface Heard {
  tokens: number;
  /** Events that arrived out of order, or twice. */
  wrong: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

const SETTLE_MS = 2000;
const port = Number(process.argv[2]);
const delays = build({ lowestDiscernibleValue: 1, highestTrackableValue: 600_000, numberOfSignificantValueDigits: 3 });
/** Start of the measurement: text from before all readers had connected and caught up does not count as late. */
let from = Infinity;
let tokens = 0;
let wrong = 0;

function read({ id, cookie }: { id: string; cookie: string }, onOpen: () => void): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let rest = '';
    let last = 0;
    let open = false;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve());
    socket.on('data', (chunk: Buffer) => {
      const now = Date.now();
      if (!open) onOpen();
      open = true;
      const text = rest + chunk.toString('latin1');
      const whole = text.lastIndexOf('\n\n') + 1;
      rest = text.slice(whole);
      const events = text.slice(0, whole);
      for (const [, number] of events.matchAll(/\nid: (\d+)\n/g)) {
        if (Number(number) !== last + 1) wrong++;
        last = Number(number);
      }
      for (const [, told] of events.matchAll(/(\d{13}) /g)) {
        tokens++;
        if (Number(told) >= from) delays.recordValue(Math.max(0, now - Number(told)));
      }
      if (events.includes('\nevent: end\n')) socket.destroy();
    });
    socket.write(get(`/api/runs/${id}/events`, cookie));
  });
}

process.once('message', async (runs: { id: string; cookie: string }[]) => {
  let opened = 0;
  const reading = runs.map((run) =>
    read(run, () => {
      opened++;
      if (opened < runs.length) return;
      from = Date.now() + SETTLE_MS;
      process.send?.('ready');
    }),
  );
  await Promise.all(reading);
  const at = (percentile: number) => delays.getValueAtPercentile(percentile);
  const heard: Heard = { tokens, wrong, p50: at(50), p95: at(95), p99: at(99), max: delays.maxValue };
  process.send?.(heard, () => process.exit(0));
});
