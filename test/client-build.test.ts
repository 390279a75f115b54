import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { clientDirectory } from '#app/client-directory.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

describe('the built client', () => {
  let testServer: TestServer;
  let page: string;
  before(async () => {
    testServer = await startTestServer();
    page = await (await fetch(testServer.origin)).text();
  });
  after(() => testServer.close());

  const assets = () => [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '');

  it('shows its first page with less than 150 kB compressed', async (t) => {
    const scripts = assets().filter((path) => /\.(?:js|css)$/.test(path));
    let bytes = gzipSync(page).length;
    for (const path of scripts) bytes += gzipSync(await readFile(join(clientDirectory, path))).length;
    t.diagnostic(`${Math.round(bytes / 1000)} kB in ${scripts.length + 1} files`);
    assert.ok(scripts.length > 0 && bytes < 150_000, `${bytes} bytes`);
  });

  it('is cached by browsers indefinitely under content-hashed names, and compressed', async () => {
    for (const path of assets()) {
      const response = await fetch(testServer.origin + path, { headers: { 'accept-encoding': 'br' } });
      assert.equal(response.status, 200, path);
      assert.match(response.headers.get('cache-control') ?? '', /max-age=31536000, immutable/);
      const { size } = await stat(join(clientDirectory, path));
      if (path.endsWith('.js') && size > 1024) assert.equal(response.headers.get('content-encoding'), 'br', path);
    }
  });

  it('has a page that is never cached, with a policy that has a fresh nonce and allows nothing from elsewhere', async () => {
    const [first, second] = [await fetch(testServer.origin), await fetch(`${testServer.origin}/projects/some-screen`)];
    const policies = [first, second].map((response) => response.headers.get('content-security-policy') ?? '');
    assert.notEqual(policies[0], policies[1]);
    for (const policy of policies) assert.doesNotMatch(policy, /unsafe|https?:|\*/);
    assert.equal(first.headers.get('cache-control'), 'no-store');
    const nonce = /'nonce-([^']+)'/.exec(policies[1] ?? '')?.[1] ?? 'none';
    assert.ok((await second.text()).includes(`nonce="${nonce}"`));
  });

  it('shows a skeleton screen before any script has run', () => {
    assert.match(page, /<div id="root">\s*<div class="skeleton"/);
  });

  it('preloads with the page what a project’s address needs', async () => {
    const links = async (path: string) =>
      [...(await (await fetch(testServer.origin + path)).text()).matchAll(/<link rel="(modulepreload|preload)"[^>]*href="([^"]+)"/g)].map(
        ([, , href = '']) => href,
      );
    const [page, withFile, other] = await Promise.all(['/projects/x?run=b', '/projects/x?file=a.md&run=b', '/agents'].map(links));
    const has = (from: string[] | undefined, part: string) => from?.some((href) => href.includes(part)) ?? false;
    assert.ok(has(page, 'project-page') && !has(page, 'code-editor'), String(page));
    assert.ok(has(withFile, 'project-page') && has(withFile, 'code-editor'), String(withFile));
    assert.ok(!has(other, 'project-page'), String(other));
    for (const href of withFile ?? []) assert.equal((await fetch(testServer.origin + href)).status, 200, href);
    assert.equal(new Set(withFile).size, withFile?.length, 'each once');
    assert.notEqual((await fetch(`${testServer.origin}/.vite/manifest.json`)).headers.get('content-type'), 'application/json');
  });

  it('loads from no outside address', async () => {
    for (const name of await readdir(join(clientDirectory, 'assets'))) {
      if (!/\.(?:js|css)$/.test(name)) continue;
      const source = await readFile(join(clientDirectory, 'assets', name), 'utf8');
      assert.doesNotMatch(source, /(?:src|href|url|import|fetch)\s*[(=]\s*["'`]?https?:\/\/(?!www\.w3\.org)[a-z0-9]/, name);
    }
  });
});
