/** Import and export of all files as a zip: how fast, and what memory they take, beside git on the same files. */
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { type Figure, type Findings, printTable } from '../figures.ts';
import { idOf } from '../people.ts';
import { inTurns, median, residentMemoryOf } from '../rounds.ts';
import type { Checkout } from './git.ts';
import { ms } from './latency.ts';
import type { TreeFile } from './tree.ts';

const SAMPLE_MS = 20;
const IMPORTS_PER_SECOND = 1500;
const MEMORY_MB = 100;

interface Transferring {
  port: number;
  pid: number;
  collectGarbage(): Promise<void>;
  cookie: string;
  /** Empty ones: one for each round. */
  projects: readonly number[];
  checkout: Checkout;
}

interface Transfer {
  /** Milliseconds. */
  took: number;
  /** Bytes by which the server's memory was larger, at most. */
  grown: number;
  ok: boolean;
}

export async function measureTransfers(transferring: Transferring, tree: readonly TreeFile[]): Promise<Findings> {
  const { port, cookie, projects, checkout } = transferring;
  const zip = await zipOf(tree);
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${port}/api/projects/${path}`, { ...init, headers: { cookie, 'content-type': 'application/zip' } });
  const sent = { method: 'POST', body: new Uint8Array(zip) };
  const found = await inTurns(
    {
      import: (round) =>
        measure(transferring, async () => {
          const response = await ask(`${idOf(projects[round] ?? 0)}/import`, sent);
          const { files } = (await response.json()) as { files?: number };
          return files === tree.length;
        }),
      export: (round) =>
        measure(transferring, async () => {
          const response = await ask(`${idOf(projects[round] ?? 0)}/export.zip`);
          let bytes = 0;
          for await (const chunk of response.body ?? []) bytes += chunk.length;
          return response.ok && bytes > zip.length / 2;
        }),
      'git add, git commit': () => ofGit(checkout.commit()),
      'git archive --format=zip': () => ofGit(checkout.archive()),
    },
    projects.length,
  );
  const tookOf = (name: keyof typeof found) => median(found[name].map(({ took }) => took));
  const grownOf = (name: 'import' | 'export') => Math.max(...found[name].map(({ grown }) => grown)) / 1e6;
  const rows = (Object.keys(found) as (keyof typeof found)[]).map((name) => [
    name,
    ms(tookOf(name)),
    Math.round(tree.length / (tookOf(name) / 1000)).toLocaleString('en'),
    name === 'import' || name === 'export' ? Math.round(grownOf(name)).toString() : '',
  ]);
  printTable('All files as a zip', [['', 'ms', 'files per second', 'memory, MB more at most'], ...rows]);
  const perSecond = tree.length / (tookOf('import') / 1000);
  const figures: Figure[] = [
    {
      number: 11,
      what: 'import of a zip, files per second',
      target: `≥ ${IMPORTS_PER_SECOND}`,
      measured: Math.round(perSecond).toString(),
      met: perSecond >= IMPORTS_PER_SECOND,
    },
    ...(['import', 'export'] as const).map((name) => ({
      number: 11,
      what: `${name} of a zip, more memory`,
      target: `≤ ${MEMORY_MB} MB`,
      measured: `${Math.round(grownOf(name))} MB`,
      met: grownOf(name) <= MEMORY_MB,
    })),
  ];
  return { figures, failures: [...found.import, ...found.export].filter(({ ok }) => !ok).length };
}

const ofGit = async (took: Promise<number>): Promise<Transfer> => ({ took: await took, grown: 0, ok: true });

async function measure({ pid, collectGarbage }: Transferring, work: () => Promise<boolean>): Promise<Transfer> {
  await collectGarbage();
  const before = await residentMemoryOf(pid);
  let most = before;
  const sampling = setInterval(async () => {
    most = Math.max(most, await residentMemoryOf(pid));
  }, SAMPLE_MS);
  const begun = performance.now();
  try {
    const ok = await work();
    return { took: performance.now() - begun, grown: most - before, ok };
  } finally {
    clearInterval(sampling);
  }
}

async function zipOf(tree: readonly TreeFile[]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { path, content } of tree) zip.addBuffer(content, path);
  zip.end();
  return buffer(zip.outputStream);
}
