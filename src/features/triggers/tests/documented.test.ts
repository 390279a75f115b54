import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { curlExample } from '#features/triggers/webhook-example.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { newTrigger } from '../../../../test/harness/webhooks.ts';

let testServer: TestServer;
let ada: Person;
let projectId: string;
before(async () => {
  testServer = await startTestServer();
  ada = await signUp(testServer);
  projectId = (await newProject(ada, 'Letters')).id;
});
after(() => testServer.close());

describe('docs/triggers.md', () => {
  const execute = promisify(execFile);
  const places = ['https://guildhall.example.com/api/hooks/TRIGGER', 'whsec_SECRET'] as const;

  async function examples(): Promise<Map<string, string>> {
    const text = await readFile(new URL('../../../../docs/triggers.md', import.meta.url), 'utf8');
    return new Map([...text.matchAll(/```(sh|js)\n(.*?)\n```/gs)].map(([, kind = '', code = '']) => [kind, code]));
  }

  it('shows the shell example that is shown with a secret, and it starts a run', async (test) => {
    assert.equal((await examples()).get('sh'), curlExample(...places));
    for (const command of ['curl', 'openssl', 'od'])
      if (!(await execute('sh', ['-c', `command -v ${command}`]).catch(() => undefined))) return test.skip(`there is no ${command} here`);
    const { trigger, secret } = await newTrigger(ada, projectId);
    const { stdout } = await execute('sh', ['-c', curlExample(testServer.origin + (trigger.webhook?.address ?? ''), secret)]);
    assert.match(stdout, /^\{"runId":"[-0-9a-f]{36}"\}$/);
  });

  it('shows an example in Node that starts a run', async () => {
    const { trigger, secret } = await newTrigger(ada, projectId);
    const code =
      (await examples())
        .get('js')
        ?.replace(places[0], testServer.origin + (trigger.webhook?.address ?? ''))
        .replace(places[1], secret) ?? '';
    const { stdout } = await execute(process.execPath, ['--input-type=module', '--eval', code]);
    assert.match(stdout, /^202 \{"runId":"[-0-9a-f]{36}"\}\n$/);
  });
});
