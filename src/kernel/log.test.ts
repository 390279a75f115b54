import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../test/harness/eventually.ts';
import { mountSmallDisk, NO_MOUNT } from '../../test/harness/programs.ts';

const LINES = 3000;
const module = JSON.stringify(new URL('./log.ts', import.meta.url).href);
const program = `
  const { createLog, flushLog } = await import(${module});
  const log = await createLog({ level: 'info', readable: false });
  for (let i = 0; i < ${LINES}; i++) log.info({ i, filling: 'x'.repeat(i % 200) }, 'line');
  await flushLog();
  process.exit(0);
`;

/** Writes about 3 MB at its own pace, reports that, and continues until it is told to end. */
const talkative = (readable: boolean) => `
  const { createLog, flushLog, lostLogLines } = await import(${module});
  const log = await createLog({ level: 'info', readable: ${readable} });
  const filling = 'x'.repeat(250);
  for (let i = 0; i < 10_000; i++) {
    log.info({ i, filling }, 'line');
    if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  process.send({ lost: lostLogLines() });
  const going = setInterval(() => {
    log.info('it goes on');
    // Without a callback, a message on its way at the end would be an error of the program.
    process.send?.({ lost: lostLogLines() }, () => undefined);
  }, 20);
  process.once('disconnect', async () => {
    clearInterval(going);
    await flushLog();
    process.exit(0);
  });
`;

interface Talker {
  child: ChildProcess;
  /** Lines it has dropped, according to its last report. */
  lost(): number | undefined;
  /** Tells it to exit. @returns the exit code */
  end(): Promise<number | null>;
}

function talk(t: TestContext, output: 'pipe' | number, readable = false): Talker {
  const child = spawn(process.execPath, ['--input-type=module', '-e', talkative(readable)], {
    stdio: ['ignore', output, 'inherit', 'ipc'],
  });
  t.after(() => child.kill('SIGKILL'));
  let lost: number | undefined;
  child.on('message', (message) => {
    lost = (message as { lost: number }).lost;
  });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return {
    child,
    lost: () => lost,
    end: () => {
      child.disconnect();
      return ended;
    },
  };
}

describe('a log', () => {
  it('loses no line of a process that exits, and splits none when two processes share a pipe', async () => {
    // The shell passes the same pipe to both.
    const script = `"$0" --input-type=module -e "$1" & "$0" --input-type=module -e "$1" & wait`;
    const shell = spawn('/bin/sh', ['-c', script, process.execPath, program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    // A reader slower than the writers.
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

  for (const readable of [false, true]) {
    const kind = readable ? 'readable' : 'JSON';

    it(`whose reader stalls drops lines, reports how many once it is read again, and blocks nothing (${kind})`, async (t) => {
      const talker = talk(t, 'pipe', readable);
      const lost = await eventually('it drops lines and goes on', () => (talker.lost() ?? 0) > 0 && talker.lost());
      let text = '';
      talker.child.stdout?.setEncoding('utf8').on('data', (more: string) => {
        text += more;
      });
      await eventually('it says what it lost', () => text.includes('log lines could not be written and were dropped'));
      const [, said] = /"?lines"?:\s*(\d+)/.exec(text) ?? [];
      assert.ok(Number(said) >= lost);
      assert.equal(await talker.end(), 0);
    });

    it(`that can no longer be read loses lines, and blocks nothing (${kind})`, async (t) => {
      const talker = talk(t, 'pipe', readable);
      talker.child.stdout?.destroy();
      await eventually('it drops lines and goes on', () => (talker.lost() ?? 0) > 0);
      assert.equal(await talker.end(), 0);
    });

    it(`on a full disk loses lines, and blocks nothing (${kind})`, { skip: process.platform !== 'linux' }, async (t) => {
      const talker = talk(t, openSync('/dev/full', 'w'), readable);
      await eventually('it drops lines and goes on', () => (talker.lost() ?? 0) > 0);
      assert.equal(await talker.end(), 0);
    });
  }

  it('resumes when a disk has space again, and reports what it lost', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'guildhall-log-'));
    const disk = mountSmallDisk(folder, '200k');
    try {
      if (!disk) return t.skip(NO_MOUNT);
      const file = join(folder, 'log');
      const talker = talk(t, openSync(file, 'a'));
      await eventually('it drops lines and goes on', () => (talker.lost() ?? 0) > 0);
      disk.remount('size=20m');
      await eventually(
        'it says what it lost',
        () => readFile(file, 'utf8'),
        (seen) => seen.includes('were dropped'),
      );
      assert.equal(await talker.end(), 0);
      const lines = (await readFile(file, 'utf8')).trim().split('\n');
      const parsed = lines.map((line) => JSON.parse(line) as { i?: number });
      const numbers = parsed.flatMap(({ i }) => i ?? []);
      // Buffered lines were written completely and in order.
      assert.ok(numbers.length > 3000);
      assert.deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
      );
    } finally {
      disk?.unmount();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
