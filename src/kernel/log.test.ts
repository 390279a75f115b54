import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const LINES = 3000;
const program = `
  const { createLog, flushLog } = await import(${JSON.stringify(new URL('./log.ts', import.meta.url).href)});
  const log = await createLog({ level: 'info', readable: false });
  for (let i = 0; i < ${LINES}; i++) log.info({ i, filling: 'x'.repeat(i % 200) }, 'line');
  await flushLog(log);
  process.exit(0);
`;

describe('a log', () => {
  it('loses no line of a process that ends, and tears none of two that write to one pipe', async () => {
    // The shell gives both the same pipe.
    const script = `"$0" --input-type=module -e "$1" & "$0" --input-type=module -e "$1" & wait`;
    const shell = spawn('/bin/sh', ['-c', script, process.execPath, program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    // A reader that is slower than the writers.
    for await (const chunk of shell.stdout) {
      chunks.push(chunk);
      await sleep(2);
    }
    if (shell.exitCode === null) await once(shell, 'exit');
    const lines = Buffer.concat(chunks).toString().trim().split('\n');
    const byProcess = Map.groupBy(
      lines.map((line) => JSON.parse(line) as { pid: number; i: number }),
      ({ pid }) => pid,
    );
    assert.equal(byProcess.size, 2);
    for (const written of byProcess.values())
      assert.deepEqual(
        written.map(({ i }) => i),
        Array.from({ length: LINES }, (_, i) => i),
      );
  });
});
