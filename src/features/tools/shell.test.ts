import assert from 'node:assert/strict';
import { getPriority } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { toEdits } from './server/shell/project-edits.ts';
import { createShell } from './server/shell/shell.ts';
import type { Report } from './server/shell/shell-worker.ts';

const shell = createShell({ atOnce: 2 });

interface Options {
  files?: Record<string, string>;
  seconds?: number;
  signal?: AbortSignal;
}

function run(command: string, { files = {}, seconds = 30, signal = AbortSignal.timeout(60_000) }: Options = {}): Promise<Report> {
  const given = Object.entries(files).map(([path, content]) => ({ path, content: Buffer.from(content) }));
  return shell('one', signal, async () => ({ command, timeoutMs: seconds * 1000, files: given }));
}

const textsOf = ({ written }: Report) => Object.fromEntries(written.map(({ path, content }) => [path, String(Buffer.from(content))]));

/** @returns its report, and the growth of the process during it, in MB */
async function weigh(command: string, options?: Options): Promise<{ report: Report; grown: number }> {
  const before = process.memoryUsage.rss();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 10);
  const report = await run(command, options).finally(() => clearInterval(timer));
  return { report, grown: (peak - before) / 1024 / 1024 };
}

describe('a command of the shell', () => {
  it('sees the project’s files and hands back what it wrote and deleted', async () => {
    const files = { 'a.txt': 'one\ntwo\n', 'src/b.txt': 'b', 'c.txt': 'c' };
    const report = await run('pwd; sort -r a.txt > sorted.txt; rm src/b.txt; echo more >> c.txt; find . -type f | sort', { files });
    assert.equal(report.stdout, '/project\n./a.txt\n./c.txt\n./sorted.txt\n');
    assert.deepEqual(textsOf(report), { 'c.txt': 'cmore\n', 'sorted.txt': 'two\none\n' });
    assert.deepEqual(report.deleted, ['src/b.txt']);
    assert.deepEqual(report.emptyFolders, []);
  });

  it('hands back nothing when it left every file as it was', async () => {
    const report = await run('cat a.txt > b; mv b a.txt; touch a.txt; chmod 777 a.txt', { files: { 'a.txt': 'as ever' } });
    assert.deepEqual([report.exitCode, report.written, report.deleted], [0, [], []]);
  });

  it('keeps files of the size that a project may have, and names larger ones', async () => {
    const report = await run('printf "%2000s" x > fits; printf "%2001s" x > more');
    const { edits, unkept } = toEdits(report, new Map(), 2000);
    assert.deepEqual([edits.map(({ path }) => path), unkept], [['fits'], [`more (larger than ${2000 / 1024 / 1024} MB)`]]);
    assert.equal(toEdits(report, new Map(), 2001).edits.length, 2);
  });

  it('says its exit code, what it wrote out and what it said about errors', async () => {
    const { exitCode, stdout, stderr, ended } = await run('echo out; echo err >&2; exit 3');
    assert.deepEqual({ exitCode, stdout, stderr, ended }, { exitCode: 3, stdout: 'out\n', stderr: 'err\n', ended: undefined });
  });

  it('names links and empty folders, which a project cannot hold', async () => {
    const { links, emptyFolders, deleted } = await run('mkdir -p x/y; ln -s a.txt link; ln -sf b a.txt', { files: { 'a.txt': 'a' } });
    assert.deepEqual({ links, emptyFolders, deleted }, { links: ['a.txt', 'link'], emptyFolders: ['x/y'], deleted: [] });
  });

  // just-bash does not follow links to folders when it writes.
  const throughLinks = {
    'to a folder': ['ln -s secrets l; echo x > l/z', ['l'], ['l/z']],
    'to a folder that has such a file': ['ln -s secrets l; echo x > l/key', ['l'], ['l/key']],
    'to a folder, which cannot be removed then': ['ln -s secrets l; echo x > l/z; rm l', ['l'], ['l/z']],
    'that is gone again': ['ln -s secrets l; echo x > l/z; rm -r l', [], ['l/z']],
    'to a file': ['ln -s secrets/key l; echo x > l/z', ['l'], ['l/z']],
    'to a folder of a linked folder': ['mkdir -p secrets/deep; ln -s secrets l; echo x > l/deep/z', ['l'], ['l/deep', 'l/deep/z']],
    'to nowhere': ['ln -s nowhere l; echo x > l/z; mkdir -p l/a/b', ['l'], ['l/a', 'l/a/b', 'l/z']],
    'to itself': ['ln -s l l; echo x > l/z', ['l'], ['l/z']],
    'round in a circle': ['ln -s b a; ln -s a b; echo x > a/z; echo x > b/z', ['a', 'b'], ['a/z', 'b/z']],
    'to its own folder': [
      'ln -s ../secrets secrets/self; echo x > secrets/self/self/z',
      ['secrets/self'],
      ['secrets/self/self', 'secrets/self/self/z'],
    ],
    'out of the project': ['ln -s /etc l; echo x > l/passwd; ln -s ../.. up; echo x > up/z', ['l', 'up'], ['l/passwd', 'up/z']],
    'by JavaScript': [`ln -s secrets l; js-exec -c "require('fs').writeFileSync('/project/l/z', 'x')"`, ['l'], ['l/z']],
  } as const;
  for (const [what, [command, links, unread]] of Object.entries(throughLinks))
    it(`names what was written through a link ${what}, and leaves the files as they are`, async () => {
      const { links: found, unread: named, written, deleted } = await run(command, { files: { 'secrets/key': 'k' } });
      assert.deepEqual({ links: found.toSorted(), unread: named.toSorted() }, { links, unread });
      assert.deepEqual([written, deleted], [[], []]);
    });

  it('keeps what is in place of a link that was written to', async () => {
    const report = await run('ln -s a.txt file; echo x > file; ln -s nowhere gone; echo y > gone', { files: { 'a.txt': 'a' } });
    assert.deepEqual(textsOf(report), { file: 'x\n', gone: 'y\n' });
    assert.deepEqual([report.links, report.unread, report.deleted], [[], [], []]);
  });

  it('runs JavaScript and TypeScript over the same files', async () => {
    const script = `import fs from 'fs'; const n: number = 21; fs.writeFileSync('/project/n.txt', String(n * 2));`;
    const report = await run('js-exec double.ts && cat n.txt', { files: { 'double.ts': script } });
    assert.equal(report.stdout, '42', report.stderr);
  });

  it('runs scripts of the project', async () => {
    const report = await run('./say.sh there', { files: { 'say.sh': '#!/bin/bash\necho hello $1\n' } });
    assert.equal(report.stdout, 'hello there\n', report.stderr);
  });

  it('knows nothing of a command before it', async () => {
    await run('export SECRET=1; echo 1 > /tmp/secret; js-exec -c "globalThis.secret = 1"');
    const { stdout } = await run('echo "[$SECRET]"; ls /tmp/secret; js-exec -c "console.log(typeof globalThis.secret)"');
    assert.equal(stdout, '[]\nundefined\n');
  });

  it('keeps bytes and characters of every kind', async () => {
    const { stdout } = await run(`cat u.txt; printf '\\xf0\\x9f\\x98\\x80\\0end'`, { files: { 'u.txt': 'é 日本 😀\n' } });
    assert.equal(stdout, 'é 日本 😀\n😀\ufffdend');
  });
});

describe('the bounds of a command', () => {
  it('end it when its time is up, and then it changed nothing', async () => {
    const start = performance.now();
    const report = await run('echo 1 > a; sleep 60', { seconds: 1 });
    assert.deepEqual([report.ended, report.written], ['time', []]);
    assert.ok(performance.now() - start < 10_000);
  });

  for (const command of ['while true; do echo 1 > a; done', ':(){ :|:& };:', 'f() { f & f; }; f', 'echo {1..999999}{1..999999}'])
    it(`end ${command}`, async () => {
      const report = await run(command, { seconds: 3 });
      assert.ok(report.ended, JSON.stringify(report.stderr));
      assert.deepEqual(report.written, []);
    });

  it('end a loop in JavaScript', async () => {
    const report = await run('js-exec -c "for (;;) {}"', { seconds: 2 });
    assert.notEqual(report.exitCode, 0);
  });

  const bombs = {
    'strings in bash': 'x=$(seq 1 99999); for i in $(seq 1 9999); do b="$x$x$x$x$x$x$x$x$x$x$i"; eval "v$i=\\$b"; done',
    'a string that doubles': 'x=aaaaaaaaaa; while true; do x=$x$x; done',
    'arrays in JavaScript': 'js-exec -c "const a = []; for (;;) a.push(new Array(100000).fill(1))"',
    'arrays in JavaScript, many at once':
      'for i in 1 2 3 4; do js-exec -c "const a=[]; for(;;) a.push(new Array(100000).fill(1))" & done; wait; false',
    files:
      "head -c 9000000 /project/z > /dev/null; js-exec -c \"for (let i = 0; ; i++) require('fs').writeFileSync('/project/' + i, 'x'.repeat(5e6))\"",
    'SQLite, which is not there':
      'sqlite3 :memory: "create table t(b); with recursive c(x) as (select 1 union all select x+1 from c limit 999) insert into t select zeroblob(1000000) from c"',
  };
  for (const [what, command] of Object.entries(bombs))
    it(`hold for memory: ${what}`, async () => {
      const { report, grown } = await weigh(command, { seconds: 20, files: { z: 'z' } });
      assert.ok(report.ended || report.exitCode !== 0, 'it came to a good end');
      // Without the limit on WebAssembly memory, 1,500 and more.
      assert.ok(grown < 700, `the process grew by ${grown} MB`);
    });

  it('hold for what it writes out', async () => {
    const { stdout, exitCode } = await run('printf "%9000000s" x');
    assert.equal(exitCode, 0);
    assert.ok(stdout.length < 1_000_100 && /\[… \d+ characters in total\]$/.test(stdout), stdout.slice(-60));
  });
});

describe('stopping a command', () => {
  for (const command of [
    'sleep 60',
    'js-exec -c "for (;;) {}"',
    'while true; do seq 1 20000 | sort -R | md5sum; done',
    'sed ":a;s/x/xx/;ta" <<< x',
  ])
    it(`ends ${command} within a second`, async (t) => {
      const stop = new AbortController();
      const ended = assert.rejects(run(command, { signal: stop.signal }), /a person stopped it/);
      await sleep(700);
      const start = performance.now();
      stop.abort(new Error('a person stopped it'));
      await ended;
      const took = Math.round(performance.now() - start);
      t.diagnostic(`ended after ${took} ms`);
      assert.ok(took < 1000, `${took} ms`);
    });

  it('removes it from the queue as well, and no other', async () => {
    const stop = new AbortController();
    const other = new AbortController();
    const before = [run('sleep 2', { signal: other.signal }), run('sleep 2', { signal: other.signal })];
    const waiting = run('echo never', { signal: stop.signal });
    const next = run('echo next');
    const ended = assert.rejects(waiting, /stop/);
    stop.abort(new Error('stop'));
    await ended;
    other.abort(new Error('stop'));
    await Promise.all(before.map((each) => assert.rejects(each, /stop/)));
    assert.equal((await next).stdout, 'next\n');
  });
});

describe('a server with commands', () => {
  it('goes on answering while they work', async (t) => {
    const priority = getPriority();
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    await Promise.all([
      run('while true; do :; done'),
      run('js-exec -c "for (;;) {}"', { seconds: 2 }),
      run('seq 1 90000 | sort -R | md5sum'),
    ]);
    delay.disable();
    const longest = Math.round(delay.max / 1e6);
    t.diagnostic(`the event loop was held up for ${longest} ms at most`);
    assert.ok(longest < 500, `${longest} ms`);
    // The priority of this thread; commands have their own.
    assert.equal(getPriority(), priority);
  });

  it('lets the first command of an organization go before the many of another one', async () => {
    const begun: string[] = [];
    const stop = new AbortController();
    const start = (organizationId: string, command: string) =>
      shell(organizationId, stop.signal, async () => {
        begun.push(organizationId);
        return { command, timeoutMs: 60_000, files: [] };
      });
    const many = Array.from({ length: 8 }, () => start('many', 'sleep 0.3').catch(() => undefined));
    await start('other', 'echo 1');
    stop.abort();
    await Promise.all(many);
    assert.deepEqual(begun.slice(0, 3), ['many', 'many', 'other']);
  });

  it('lets the next one begin when the files of one cannot be read', async () => {
    const one = createShell({ atOnce: 1 });
    const signal = AbortSignal.timeout(60_000);
    await assert.rejects(
      one('one', signal, () => Promise.reject(new Error('no files'))),
      /no files/,
    );
    assert.equal((await one('one', signal, async () => ({ command: 'echo 1', timeoutMs: 10_000, files: [] }))).stdout, '1\n');
  });
});
