/** A model that tries to escape its project: through paths, links, the shell, JavaScript, the network. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { saveFile } from '#features/files/contract.ts';
import { startRun } from '#features/runs/contract.ts';
import { openModelServer } from '../../../test/harness/model-server.ts';
import { readRun } from '../../../test/harness/run-stream.ts';
import { newProject, signUp, startTestServer } from '../../../test/harness/test-server.ts';
import { openToolbox, type Toolbox } from '../../../test/harness/toolbox.ts';

const SECRET = 'a-secret-of-the-host';

let box: Toolbox;
let folder: string;
let hostFile: string;
/** A server on this machine, which a run must never be able to reach. */
let knocks = 0;
const web = createServer((_request, response) => {
  knocks++;
  response.end(SECRET);
});
let port: number;

before(async () => {
  process.env['ESCAPE_TEST_SECRET'] = SECRET;
  box = await openToolbox();
  folder = await mkdtemp(join(tmpdir(), 'guildhall-escape-'));
  hostFile = join(folder, 'secret.txt');
  await writeFile(hostFile, SECRET);
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  port = (web.address() as AddressInfo).port;
});
after(async () => {
  await box.close();
  await rm(folder, { recursive: true });
  await new Promise((resolve) => web.close(resolve));
});

describe('a path that would leave the project', () => {
  const tricks = [
    '../secret.txt',
    'a/../../secret.txt',
    '/etc/passwd',
    '//etc/passwd',
    '..\\secret.txt',
    'C:\\secret.txt',
    '..',
    'a\0b',
    'a\nb',
    '\ud800',
    'x'.repeat(1025),
  ];
  it('is refused by every tool, in words, and touches nothing', async () => {
    const { use, paths, save } = await box.newProject();
    await save('mine.txt', 'mine');
    await use('read_file', { path: 'mine.txt' });
    for (const path of tricks) {
      const uses = [
        use('list_files', { path }),
        use('read_file', { path }),
        use('write_file', { path, content: 'x' }),
        use('edit_file', { path, old: 'x', new: 'y' }),
        use('move_file', { from: 'mine.txt', to: path }),
        use('move_file', { from: path, to: 'other.txt' }),
        use('delete_file', { path }),
        use('diff', { path }),
      ];
      for (const { ok, output } of await Promise.all(uses)) {
        assert.equal(ok, false, JSON.stringify(path));
        assert.match(output, /path|folders/i, JSON.stringify(path));
      }
    }
    assert.deepEqual(await paths(), ['mine.txt']);
  });

  it('is only a name inside of it when it looks like one and is none', async () => {
    const { use, paths } = await box.newProject();
    const names = [
      '%2e%2e/secret.txt',
      '..%2fsecret.txt',
      '．．/secret.txt',
      '․․/secret.txt',
      '…/secret.txt',
      '..;/x',
      '~/x',
      '$HOME/x',
      'file:/etc/x',
    ];
    for (const path of names) assert.equal((await use('write_file', { path, content: '1' })).ok, true, path);
    assert.match((await use('write_file', { path: '.. /x', content: '1' })).output, /begins or ends with a blank/);
    assert.deepEqual((await paths()).sort(), names.map((name) => name.normalize('NFC')).sort());
    const { output } = await use('bash', { command: 'find . -type f | wc -l; ls /' });
    assert.match(output, new RegExp(`^${names.length}\\n`));
  });

  it('does not lead into another project by its id, nor does an input that names one', async () => {
    const other = await box.newProject();
    await other.save('secret.txt', SECRET);
    const { use } = await box.newProject();
    for (const path of [`${other.projectId}/secret.txt`, 'secret.txt'])
      assert.match((await use('read_file', { path })).output, /nothing at/);
    for (const path of [`../${other.projectId}/secret.txt`, `/project/../${other.projectId}/secret.txt`])
      assert.equal((await use('read_file', { path })).ok, false);
    // An argument that a tool does not have is ignored.
    assert.match((await use('read_file', { path: 'secret.txt', projectId: other.projectId })).output, /nothing at/);
    assert.ok(!(await use('bash', { command: 'ls -R /', projectId: other.projectId })).output.includes('secret.txt'));
    const { output } = await use('bash', {
      command: `cat ../${other.projectId}/secret.txt /${other.projectId}/secret.txt; find / -name secret.txt; grep -r secret / | head`,
    });
    assert.ok(!output.includes(SECRET), output);
    assert.equal((await use('search_files', { text: SECRET })).output, `No line contains “${SECRET}”.`);
    assert.deepEqual([await other.read('secret.txt'), (await other.changes()).length], [SECRET, 1]);
  });
});

describe('the shell', () => {
  /** Shell commands that try to read something of the host; their output must contain nothing of it. */
  const looks: Record<string, () => string> = {
    'the machine’s users': () => 'cat /etc/passwd /etc/shadow /etc/hostname; ls -la /etc /root /home /var; id; whoami',
    'its processes and their environment': () =>
      'env; printenv; set; export -p; cat /proc/self/environ /proc/1/environ /proc/self/cmdline; ps aux',
    'a file by its whole path': () =>
      `cat ${hostFile}; . ${hostFile}; head ${hostFile}; read x < ${hostFile}; echo $x; grep -r secret ${folder}`,
    'a file by links': () =>
      `ln -s ${hostFile} x; cat x; ln -s ${folder} y; cat y/secret.txt; ln -s ../../../../../..${hostFile} z; cat z; ln ${hostFile} h; cat h`,
    'a file by going up': () =>
      `cd ../../../../../../..; cat .${hostFile}; cat /project/../../..${hostFile}; cd ${folder} && cat secret.txt`,
    'a file by an archive': () => `tar czf all.tgz ${folder} /etc; tar xzf all.tgz -O; tar cf - -C / . | strings`,
    'a web server': () =>
      `curl http://127.0.0.1:${port}; wget http://localhost:${port}; nc 127.0.0.1 ${port}; cat < /dev/tcp/127.0.0.1/${port}; exec 3<>/dev/tcp/127.0.0.1/${port}; cat <&3; html-to-markdown http://127.0.0.1:${port}`,
    'other programs': () =>
      'node -e 1; python3 -c 1; perl -e 1; /bin/sh -c "echo $PPID"; /usr/bin/env node -v; sudo id; docker ps; git --version; npm -v; ssh localhost',
    'a file by JavaScript': () =>
      `js-exec -c ${quote(`
      const attempts = [
        () => require('fs').readFileSync('${hostFile}', 'utf8'),
        () => require('node:fs').readFileSync('/etc/passwd', 'utf8'),
        () => require('fs').readdirSync('${folder}').join(),
        () => require('fs').symlinkSync('${hostFile}', '/project/link') ?? require('fs').readFileSync('/project/link', 'utf8'),
        () => require('child_process').execSync('cat ${hostFile}').toString(),
        () => require('child_process').spawnSync('/bin/cat', ['${hostFile}']).stdout.toString(),
        () => JSON.stringify(process.env),
        () => process.binding('fs') && 'binding',
        () => process.mainModule.require('fs').readFileSync('${hostFile}', 'utf8'),
        () => process.getBuiltinModule('fs').readFileSync('${hostFile}', 'utf8'),
        () => globalThis.constructor.constructor('return process.env.ESCAPE_TEST_SECRET')(),
        () => (function () {}).constructor('return this.process.mainModule')() && 'main',
        () => require('worker_threads') && 'threads',
        () => require('module').createRequire('/')('fs').readFileSync('${hostFile}', 'utf8'),
        () => require('vm').runInThisContext('process.env') && 'vm',
        () => require('net').connect(${port}) && 'net',
        () => require('http').get('http://127.0.0.1:${port}') && 'http',
        () => require('${process.cwd()}/package.json').name,
        () => require('../../../../../..${hostFile}'),
      ];
      for (const attempt of attempts) { try { console.log('got', attempt()); } catch (error) { console.log('no', String(error.message).slice(0, 80)); } }
    `)}`,
    'a web server by JavaScript': () =>
      `js-exec -m -c ${quote(`
      const attempts = [
        () => fetch('http://127.0.0.1:${port}').then((r) => r.text()),
        () => import('node:http').then((http) => http.get('http://127.0.0.1:${port}')),
        () => import('file://${hostFile}'),
        () => import('data:text/javascript,export default 1'),
        () => new WebSocket('ws://127.0.0.1:${port}'),
      ];
      for (const attempt of attempts) { try { console.log('got', await attempt()); } catch (error) { console.log('no', String(error.message).slice(0, 80)); } }
    `)}`,
    'more by tricks with prototypes': () =>
      `echo '{"__proto__":{"secret":1},"constructor":{"prototype":{"x":1}}}' > p.json; jq . p.json; yq . p.json; awk 'BEGIN { a["__proto__"]=1; print a["constructor"] }'; declare -A m; m[__proto__]=1; echo "\${m[constructor]}"; __proto__=1; constructor=2; echo $__proto__ $constructor; eval "$(printf 'pr%sess' oc)"`,
  };
  for (const [what, command] of Object.entries(looks))
    it(`does not show ${what}`, async () => {
      const { use } = await box.newProject();
      const { output } = await use('bash', { command: command() });
      for (const inside of [SECRET, process.execPath, process.env['TEST_DATABASE_URL'] ?? SECRET])
        assert.ok(!output.includes(inside), output);
      assert.ok(!/(?:root|daemon):x?:/.test(output), output);
      assert.equal(knocks, 0);
    });

  it('gets nothing by any of the ways that JavaScript has elsewhere', async () => {
    const { use } = await box.newProject();
    const { output } = await use('bash', { command: looks['a file by JavaScript']?.() ?? '' });
    const got = output.split('\n').filter((line) => line.startsWith('got'));
    // The output of cat, which is empty, and the shell’s own environment.
    assert.equal(got.length, 2, output);
    assert.match(got[1] ?? '', /^got {"HOME":"\/project"/);
  });

  it('writes nothing on the host', async () => {
    const { use } = await box.newProject();
    const mark = join(folder, 'written');
    await use('bash', {
      command: `echo x > ${mark}; touch ${mark}; cp /project ${folder}; echo x | tee ${mark}; mkdir -p ${folder} && echo x > ${mark}; rm -rf ${folder} /; js-exec -c "require('fs').writeFileSync('${mark}', 'x')"`,
    });
    assert.equal(existsSync(mark), false);
    assert.deepEqual(await readdir(folder), ['secret.txt']);
  });

  it('brings nothing into the project that a project cannot hold, and says so', async () => {
    const { use, paths } = await box.newProject();
    const { output } = await use('bash', {
      command: `ln -s /etc/passwd x; ln -s ../../other y; ln -s . loop; touch 'back\\slash' $'new\\nline' $'\\x01' ok.txt; mkdir '..hidden'; echo 1 > '..hidden/f'; echo 1 > "$(printf 'a%.0s' $(seq 1 1100))"`,
    });
    assert.deepEqual((await paths()).sort(), ['..hidden/f', 'ok.txt']);
    for (const name of ['x (a symbolic link)', 'y (a symbolic link)', 'loop (a symbolic link)', 'back', 'new', 'longer than 1024 bytes'])
      assert.ok(output.includes(name), `${name}: ${output}`);
  });

  it('makes one file of two names that look the same', async () => {
    const { use, paths, save, read } = await box.newProject();
    await save('caf\u00e9.txt', 'composed');
    const { output } = await use('bash', { command: "echo decomposed > $'cafe\\u0301.txt'; echo 1 > $'e\\u0301.txt'" });
    assert.match(output, /another file has this name in a different Unicode form/);
    assert.deepEqual([await read('caf\u00e9.txt'), await paths()], ['composed', ['caf\u00e9.txt', '\u00e9.txt']]);
    await use('bash', { command: "mv $'caf\\u00e9.txt' $'cafe\\u0301.txt'; echo moved >> $'cafe\\u0301.txt'" });
    assert.equal(await read('caf\u00e9.txt'), 'composedmoved\n');
  });
});

describe('a model that tries to leave its project, in a run', () => {
  it('gets a clear answer to each try, and nothing else is touched', async () => {
    let other = '';
    const calls = () => [
      { tool: 'read_file', input: { path: '../secret.txt' } },
      { tool: 'read_file', input: { path: `${other}/secret.txt` } },
      { tool: 'write_file', input: { path: '/etc/crontab', content: 'x' } },
      { tool: 'bash', input: { command: `cat /etc/passwd ${hostFile} /project/../${other}/secret.txt` } },
      { tool: 'bash', input: { command: `curl http://127.0.0.1:${port}` } },
      { tool: 'fetch_page', input: { url: `http://127.0.0.1:${port}/` } },
      { tool: 'fetch_page', input: { url: 'file:///etc/passwd' } },
      { tool: 'read_output', input: { output: '../1.1' } },
      { tool: 'read_files_of_host', input: {} },
    ];
    const models = await openModelServer(function* ({ messages }) {
      if (messages.at(-1)?.role === 'tool') yield 'I could not leave.';
      else yield* calls();
    });
    const testServer = await startTestServer({ env: { MODEL_SERVER_URL: models.url } });
    try {
      const [ada, eve] = [await signUp(testServer), await signUp(testServer, 'Eve')];
      const [hers, project] = [await newProject(ada), await newProject(eve)];
      other = hers.id;
      await ada.call(
        saveFile,
        { params: { projectId: other }, query: { path: 'secret.txt' }, body: new TextEncoder().encode(SECRET) },
        { headers: { 'if-none-match': '*' } },
      );
      const { body } = await eve.call(startRun, {
        params: { projectId: project.id },
        body: { message: 'Leave!', model: 'server/test', level: 'autonomous' },
      });
      const results = (await readRun(eve, body.run.id)).flatMap((event) => (event.type === 'tool_result' ? [event.data] : []));
      assert.equal(results.length, calls().length);
      for (const { ok, output } of results) {
        assert.equal(ok, false, output);
        assert.ok(output.length > 20 && !output.includes(SECRET) && !output.includes('root:x'), output);
      }
      assert.equal(knocks, 0);
    } finally {
      await testServer.close();
      await models.close();
    }
  });
});

const quote = (script: string): string => `'${script.replaceAll("'", `'\\''`)}'`;
