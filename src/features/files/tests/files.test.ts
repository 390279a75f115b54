import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { query } from '../../../../test/harness/database.ts';
import { newProject } from '../../../../test/harness/test-server.ts';
import { createFolder, deleteFile, listFiles, moveFile, readFile } from '../contract.ts';
import { listChanges } from '../history-contract.ts';
import { changes, params, person, read, save, setParams, testServer, tree } from './setup.ts';

describe('files', () => {
  describe('GET /api/projects/:projectId/files', () => {
    it('lists folders and files down to a depth', async () => {
      for (const path of ['README.md', 'src/a.ts', 'src/deep/b.ts', 'src-old/c.ts']) await save(path, path);
      assert.deepEqual(await tree(), ['README.md', 'src-old', 'src-old/c.ts', 'src', 'src/a.ts', 'src/deep', 'src/deep/b.ts']);
      assert.deepEqual(await tree(undefined, 1), ['README.md', 'src-old', 'src']);
      assert.deepEqual(await tree('src', 1), ['src/a.ts', 'src/deep']);
      await assert.rejects(tree('nowhere'), { status: 404 });
    });

    it('lists the same page by page, however long a page is', async () => {
      const paths = 'B.md a.md docs.md docs-old/x.md docs/a.md docs/guide/b.md docs/guide/c.md docs/z.md src/deep/er/d.ts 𝒳/ä.md é.md';
      await Promise.all(paths.split(' ').map((path) => save(path, path)));
      for (const path of ['docs/empty', 'docs/guide/empty', 'docs+/new', 'empty', 'src/deep'])
        await person.call(createFolder, { params, body: { path } });
      const paged = async (query: { path?: string; depth?: number }, limit: number) => {
        const entries: string[] = [];
        for (let cursor: string | undefined, pages = 0; ; pages++) {
          const { body } = await person.call(listFiles, { params, query: { ...query, limit, ...(cursor && { cursor }) } });
          assert.equal(body.truncated, body.nextCursor !== undefined);
          if (query.depth === 1) assert.ok(body.entries.length <= limit);
          entries.push(...body.entries.map((entry) => entry.path));
          cursor = body.nextCursor;
          if (cursor === undefined) return entries;
          assert.ok(pages < 20);
        }
      };
      for (const query of [{}, { depth: 1 }, { depth: 2 }, { path: 'docs' }, { path: 'docs', depth: 1 }, { path: 'a.md', depth: 1 }]) {
        const whole = await tree(query.path, query.depth);
        for (const limit of [1, 3, 100]) assert.deepEqual(await paged(query, limit), whole, JSON.stringify({ ...query, limit }));
      }
    });

    it('refuses a cursor that it has not given', async () => {
      for (const cursor of ['x', Buffer.from('["a\\u0000"]').toString('base64url')])
        await assert.rejects(person.call(listFiles, { params, query: { cursor } }), { status: 422, message: /nextCursor/ });
    });

    it('shows who last changed a file, and when', async () => {
      await save('a.txt', 'x');
      const [entry] = (await person.call(listFiles, { params })).body.entries;
      assert.equal(entry?.changedBy?.kind, 'person');
      assert.equal(entry?.changedBy?.userId, person.id);
      assert.ok(Math.abs(Date.parse(entry?.changedAt ?? '') - Date.now()) < 10_000);
    });
  });

  describe('GET /api/projects/:projectId/file', () => {
    it('returns 304 to a reader that has the version', async () => {
      const { version } = (await save('a.txt', 'x')).body.file;
      const path = `/api/projects/${params.projectId}/file?path=a.txt`;
      assert.equal((await person.browser.fetch(path, { headers: { 'if-none-match': `"${version}"` } })).status, 304);
    });

    it('derives the type of images from the extension, and of nothing else from its name', async () => {
      for (const path of ['constructor', 'a.constructor', 'b.__proto__', 'c.toString', 'd.hasOwnProperty', 'png', 'x/valueOf']) {
        await save(path, 'text');
        const { headers } = await person.call(readFile, { params, query: { path } });
        assert.equal(headers.get('content-type'), 'text/plain; charset=utf-8', path);
      }
      await save('a.PNG', 'text');
      assert.equal((await person.call(readFile, { params, query: { path: 'a.PNG' } })).headers.get('content-type'), 'image/png');
    });

    it('never lets a project’s HTML page run on our origin', async () => {
      await save('page.html', '<script>alert(1)</script>');
      const response = await person.browser.fetch(`/api/projects/${params.projectId}/file?path=page.html`);
      assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8');
      assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
      assert.match(response.headers.get('content-security-policy') ?? '', /sandbox/);
    });

    it('reads a file as it was after any change', async () => {
      const { version } = (await save('a.txt', 'one')).body.file;
      await save('a.txt', 'two', { 'if-match': `"${version}"` });
      await person.call(deleteFile, { params, query: { path: 'a.txt' } });
      assert.deepEqual([await read('a.txt', 1), await read('a.txt', 2)], ['one', 'two']);
      await assert.rejects(read('a.txt', 3), { status: 404 });
      await assert.rejects(read('a.txt'), { status: 404 });
    });
  });

  describe('with a deceptive name', () => {
    const odd = [
      'report_\u202efdp.sh',
      'a\u200bb.md',
      'AGENTS.md ',
      ' /x.md',
      'AGENTS.md\u2060',
      '\ufeff.md',
      'docs\u2066/x.md',
      'a\u00ad.md',
    ];
    /** Like a file created before the rule existed. */
    const put = (path: string) =>
      query(
        testServer.databaseUrl,
        `with b as (insert into blobs (project_id, hash, size, content) values ($1, sha256(convert_to($2, 'utf8')), octet_length($2), convert_to($2, 'utf8'))),
           c as (insert into changes (id, project_id, number, kind, user_id) values (gen_random_uuid(), $1, 1, 'create', $3)),
           v as (insert into versions (project_id, number, path, hash) values ($1, 1, $2, sha256(convert_to($2, 'utf8')))),
           f as (insert into files (project_id, path, hash, size, number) values ($1, $2, sha256(convert_to($2, 'utf8')), octet_length($2), 1))
         update projects set head = 1 where id = $1`,
        [params.projectId, path, person.id],
      );
    const move = (from: string, to: string) => person.call(moveFile, { params, body: { from, to } });

    it('are not created, and nothing is renamed to one', async () => {
      await save('plain.md', 'x');
      for (const path of odd) {
        const refusal = {
          status: 422,
          code: 'invalid_input',
          message: /^Correct the marked input: (?:path|to): The name “.+⟩.*” .+ Leave it out\.$/,
        };
        await assert.rejects(save(path, 'x'), refusal, JSON.stringify(path));
        await assert.rejects(move('plain.md', path), refusal, JSON.stringify(path));
      }
      await assert.rejects(save('report_\u202efdp.sh', 'x'), {
        message: /The name “report_⟨U\+202E⟩fdp\.sh” contains a character that turns the direction of text \(U\+202E\)\. Leave it out\.$/,
      });
      assert.deepEqual(await tree(), ['plain.md']);
    });

    it('can be read, saved, renamed, moved and deleted where they are', async () => {
      for (const path of odd) {
        setParams({ projectId: (await newProject(person)).id });
        await put(path);
        assert.equal(await read(path), path);
        const { version } = (await save(path, 'newer', { 'if-match': '*' })).body.file;
        await save(path, 'newest', { 'if-match': `"${version}"` });
        await move(path, 'plain.md');
        assert.equal(await read('plain.md'), 'newest');

        setParams({ projectId: (await newProject(person)).id });
        await put(path);
        await move(path, `kept/${path}`);
        await move('kept', 'moved');
        await person.call(deleteFile, { params, query: { path: `moved/${path}` } });
        assert.deepEqual(await tree(), []);
      }
    });

    it('are created if the hidden characters belong to a script or an emoji', async () => {
      for (const path of [
        'می\u200cخواهم.md',
        '👩\u200d💻.md',
        '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}.md',
        'pay\u200dpal.md',
      ])
        assert.equal((await save(path, path)).status, 201, path);
    });
  });

  it('are deleted one by one, or a folder at once as one change', async () => {
    for (const path of ['src/a', 'src/b', 'srcx']) await save(path, path);
    const { change } = (await person.call(deleteFile, { params, query: { path: 'src' } })).body;
    assert.deepEqual([change?.kind, change?.paths], ['delete', ['src/a', 'src/b']]);
    assert.deepEqual(await tree(), ['srcx']);
    await assert.rejects(person.call(deleteFile, { params, query: { path: 'src' } }), { status: 404 });
  });

  it('move, alone or with their folder, never onto one another', async () => {
    for (const path of ['src/a', 'src/b', 'c']) await save(path, path);
    const move = (from: string, to: string) => person.call(moveFile, { params, body: { from, to } });
    await move('src', 'lib/deep');
    assert.deepEqual(await tree(), ['c', 'lib', 'lib/deep', 'lib/deep/a', 'lib/deep/b']);
    assert.equal(await read('lib/deep/a'), 'src/a');
    await assert.rejects(move('c', 'lib/deep/a'), { status: 409, code: 'path_taken' });
    await assert.rejects(move('lib', 'lib/in'), { status: 409 });
    await assert.rejects(move('nowhere', 'x'), { status: 404 });
    await move('c', 'C');
    assert.ok((await tree()).includes('C'));
  });

  it('stay in place if their folder’s new name would make a path too long', async () => {
    const path = `a/${'b'.repeat(500)}/${'c'.repeat(500)}`;
    await save(path, 'x');
    const move = person.call(moveFile, { params, body: { from: 'a', to: 'd'.repeat(100) } });
    await assert.rejects(move, { status: 422, code: 'path_too_long' });
    assert.equal(await read(path), 'x');
  });

  it('have a history, newest first, of one path too', async () => {
    const { version } = (await save('a', '1')).body.file;
    await save('b', '1');
    await save('a', '2', { 'if-match': `"${version}"` });
    assert.deepEqual(
      (await changes()).map(({ number, kind, paths }) => [number, kind, paths]),
      [
        [3, 'write', ['a']],
        [2, 'create', ['b']],
        [1, 'create', ['a']],
      ],
    );
    assert.deepEqual(
      (await changes('a')).map((change) => change.number),
      [3, 1],
    );
    const { body } = await person.call(listChanges, { params, query: { limit: 1, before: 3 } });
    assert.deepEqual([body.changes[0]?.number, body.more], [2, true]);
  });
});
