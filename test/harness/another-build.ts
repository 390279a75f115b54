/** A build of the client as the next version would have it: the same pages, from scripts and styles that all have other names. */
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { clientDirectory } from '#app/client-directory.ts';

/** A name, up to the hash of the content. */
const NAMED = /^(.+-)([\w-]{8}\.(?:js|css))$/;
/** As when the client is built. */
const MIN_COMPRESSED = 1024;
const quickly = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

/** @returns its folder, and the new name of each asset of the build that the tests made; remove it afterwards */
export async function makeAnotherBuild(): Promise<{ directory: string; names: Map<string, string>; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'guildhall-build-'));
  await cp(clientDirectory, directory, { recursive: true });
  const assets = join(directory, 'assets');
  const files = await readdir(assets);
  const salt = randomBytes(4).toString('hex');
  const names = new Map(files.flatMap((name) => (NAMED.test(name) ? [[name, name.replace(NAMED, `$1${salt}$2`)] as const] : [])));
  const rename = (text: string) => text.replace(/[\w.-]+\.(?:js|css)\b/g, (name) => names.get(name) ?? name);
  for (const [name, renamed] of names) {
    const content = rename(await readFile(join(assets, name), 'utf8'));
    for (const suffix of ['', '.br', '.gz']) await rm(join(assets, name + suffix), { force: true });
    await writeFile(join(assets, renamed), content);
    if (Buffer.byteLength(content) < MIN_COMPRESSED) continue;
    await writeFile(join(assets, `${renamed}.br`), brotliCompressSync(content, quickly));
    await writeFile(join(assets, `${renamed}.gz`), gzipSync(content));
  }
  for (const name of ['index.html', '.vite/manifest.json']) {
    const path = join(directory, name);
    await writeFile(path, rename(await readFile(path, 'utf8')));
  }
  return { directory, names, remove: () => rm(directory, { recursive: true, force: true }) };
}
