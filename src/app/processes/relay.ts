/**
 * Forwards a server process's output. If processes wrote to our output themselves, they would share one open file, and blocking mode is a
 * setting of that file, which changes for all of them whenever one starts or ends.
 */
import type { Readable } from 'node:stream';
import type { LineWriter } from '#kernel/line-writer.ts';

/** Maximum characters of one buffered line. */
const MAX_LINE = 1024 * 1024;

/** @returns resolves when the process has closed its end */
export function relayLines(from: Readable, to: LineWriter): Promise<void> {
  let rest = '';
  from.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) to.write(`${line}\n`);
    if (rest.length <= MAX_LINE) return;
    to.write(rest);
    rest = '';
  });
  return new Promise((resolve) => {
    from.once('close', () => {
      if (rest !== '') to.write(`${rest}\n`);
      resolve();
    });
    from.on('error', () => undefined);
  });
}
