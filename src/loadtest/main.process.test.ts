import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { login } from '#features/accounts/contract.ts';
import { loadReport } from '#features/monitor/load-report.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

async function run(tests: string, env: Record<string, string>, cwd: string): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, [main, ...tests.split(' ')], { cwd, env: { PATH: process.env['PATH'] ?? '', ...env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk;
    });
  const [code] = await once(child, 'close');
  return { code, said };
}

describe('the commands', () => {
  let folder: string;
  let broken: Server;
  /** Accepts sign-ups and files, and rejects every sign-in. */
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-loadtest-'));
    broken = createServer((request, response) => {
      request.resume();
      const refused = request.url === login.path;
      response.writeHead(refused ? 503 : 201, { 'content-type': 'application/json' });
      response.end(JSON.stringify(refused ? { code: 'overloaded', status: 503, detail: 'Too busy.' } : { project: { id: 'p' } }));
    }).listen(0, '127.0.0.1');
    await once(broken, 'listening');
  });
  after(async () => {
    broken.close();
    await rm(folder, { recursive: true });
  });

  it('test:load ends with 1 when a target is missed, and says which step failed, on the screen and in reports/', async () => {
    const target = `http://127.0.0.1:${(broken.address() as AddressInfo).port}`;
    const { code, said } = await run('load', { TARGET_URL: target, USERS: '2', DURATION: '1' }, folder);
    assert.equal(code, 1, said);
    assert.match(said, /login +(\d+) +\1 /);
    assert.match(said, /503 overloaded × \d+ in login: Too busy\./);
    assert.match(said, /could not be seen\. Set METRICS_TOKEN/);
    assert.match(said, /✗ missed +errors below 1 % of requests: 100\.00 %/);
    const names = await readdir(join(folder, 'reports'));
    const name = names.find((file) => /^load-[\dT-]+Z\.json$/.test(file)) ?? '';
    const report = JSON.parse(await readFile(join(folder, 'reports', name), 'utf8'));
    const { passed, users, total } = loadReport.parse(report);
    assert.deepEqual({ passed, users, errors: total.errors }, { passed: false, users: 2, errors: total.requests });
  });

  it('end with 1 and list everything that is wrong with their settings', async () => {
    const { code, said } = await run('load', { USERS: 'many', DURATION: '0' }, folder);
    assert.equal(code, 1);
    assert.equal(said.trim(), 'USERS must be a whole number.\nDURATION must be at least 1.');
  });

  it('end with 1 when there is no server at TARGET_URL', async () => {
    const { code, said } = await run('load', { TARGET_URL: 'http://127.0.0.1:1', USERS: '1', DURATION: '1' }, folder);
    assert.equal(code, 1);
    assert.match(said, /There is no Guildhall at http:\/\/127\.0\.0\.1:1: The server cannot be reached/);
  });

  it('test:all-load runs every test, also after one that failed, and ends with 1', async () => {
    const { code, said } = await run('load stress session', { TARGET_URL: 'http://127.0.0.1:1' }, folder);
    assert.equal(code, 1);
    assert.equal(said.match(/There is no Guildhall at/g)?.length, 3);
    assert.match(said, /✗ failed {2}load\n✗ failed {2}stress\n✗ failed {2}session\n$/);
  });

  it('end with 130 when they are interrupted, and leave nothing running', async () => {
    const target = `http://127.0.0.1:${(broken.address() as AddressInfo).port}`;
    const child = spawn(process.execPath, [main, 'load'], { cwd: folder, env: { PATH: process.env['PATH'] ?? '', TARGET_URL: target } });
    let said = '';
    let interrupted = false;
    child.stdout.on('data', (chunk) => {
      said += chunk;
      if (interrupted || !/users at work/.test(said)) return;
      interrupted = true;
      child.kill('SIGINT');
    });
    const [code] = await once(child, 'close');
    assert.equal(code, 130);
    assert.match(said, /Interrupted by SIGINT\.\n$/);
  });
});
