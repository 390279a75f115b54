/** Preloads everything a screen needs, so the browser loads it all at once instead of part by part. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Vite's manifest: what it built, by source file. */
type Manifest = Record<string, { file: string; imports?: string[]; css?: string[] }>;

/** Where Vite writes the manifest, relative to the build; the server never serves dotfiles. */
const MANIFEST = '.vite/manifest.json';

/**
 * Source files of the parts that a project's page needs, relative to the client folder. A web worker parses Markdown, so the parser is not
 * listed.
 */
const PAGE = 'pages/project-page.tsx';
const EDITOR = '../../features/files/client/editor/code-editor.tsx';

/** @returns the `<link>` elements for a URL; empty if there is no build, or nothing beyond what every page loads */
export function createPreloads(directory: string): (url: string) => string {
  const path = join(directory, MANIFEST);
  if (!existsSync(path)) return () => '';
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  const inPage = filesOf(manifest, ['index.html']);
  const known = new Map<string, string>();

  return (url) => {
    const [path = '', query = ''] = url.split('?', 2);
    if (!/^\/projects\/[^/]+$/.test(path)) return '';
    const parts = new URLSearchParams(query).has('file') ? [PAGE, EDITOR] : [PAGE];
    const key = parts.join();
    const links =
      known.get(key) ??
      [...filesOf(manifest, parts)]
        .filter((file) => !inPage.has(file))
        .map(linkTo)
        .join('');
    known.set(key, links);
    return links;
  };
}

/** The files of some parts and everything they import. */
function filesOf(manifest: Manifest, parts: string[]): Set<string> {
  const files = new Set<string>();
  const seen = new Set<string>();
  const add = (part: string) => {
    const entry = manifest[part];
    if (!entry || seen.has(part)) return;
    seen.add(part);
    for (const file of [entry.file, ...(entry.css ?? [])]) files.add(file);
    entry.imports?.forEach(add);
  };
  parts.forEach(add);
  return files;
}

const linkTo = (file: string): string =>
  file.endsWith('.css') ? `<link rel="preload" as="style" href="/${file}">` : `<link rel="modulepreload" crossorigin href="/${file}">`;
