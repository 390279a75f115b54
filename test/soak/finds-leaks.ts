/** What `npm run test:soak` begins with: on a server that leaks, the same command must find it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createTestDatabase } from '../harness/database.ts';

const program = fileURLToPath(new URL('../../src/loadtest/soak/main.ts', import.meta.url));
const leaking = new URL('./leaking.ts', import.meta.url).href;

describe('a soak test', () => {
  it('names everything that a server keeps of its requests', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'guildhall-soak-'));
    const env = {
      PATH: process.env['PATH'] ?? '',
      NODE_OPTIONS: `--import=${leaking}`,
      DATABASE_URL: await createTestDatabase(),
      WEB_CONCURRENCY: '1',
      USERS: '3',
      THINK: '0.2',
      SOAK_MINUTES: '0.3',
    };
    const child = spawn(process.execPath, [program], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [code] = await once(child, 'close');
    await rm(cwd, { recursive: true });
    assert.equal(code, 1, said);
    for (const trace of ['heap', 'buffers', 'handles', 'timers', 'listeners', 'connections'])
      assert.match(said, new RegExp(`^Leak: ${trace} rose`, 'm'));
    assert.match(said, /^Node warned: Possible EventEmitter memory leak detected/m);
    assert.doesNotMatch(said, /^Leak: (?:sessions|cached sessions)/m);
  });
});
