/** What people do while servers are upgraded, and what the servers have acknowledged. */
import { currentUser, login, logout } from '#features/accounts/contract.ts';
import { type Change, deleteFile, type File, listFiles, readFile, saveFile } from '#features/files/contract.ts';
import { exportFiles, importFiles } from '#features/files/transfer-contract.ts';
import { createProject, listProjects } from '#features/projects/contract.ts';
import { urlOf } from '#wire/call.ts';
import { zipOf } from '../harness/zip.ts';
import type { LoadClient, Round } from '../proxies/load.ts';

/** A client saves these again and again, so that trees stay small and exports quick. */
const FILES = 20;
const UPLOAD_BYTES = 500_000;
/** Every so many rounds, each in a round of its own. */
const rare = { signIn: [10, 1], page: [10, 6], project: [20, 2], exported: [20, 3], upload: [20, 4], imported: [20, 5] } as const;

const json = { 'content-type': 'application/json' };
const ASSET = /\/assets\/[\w.-]+\.(?:js|css)/g;

export interface Ledger {
  /** Numbers of changes, by project, in the order of their replies. */
  changes: Map<string, number[]>;
  /** The version of each file by project and path; null once it is deleted. */
  files: Map<string, Map<string, string | null>>;
  /** Names of projects. */
  projects: string[];
  /** Builds of the client whose pages have loaded, each by the names of its assets. */
  builds: Set<string>;
}

export const emptyLedger = (): Ledger => ({ changes: new Map(), files: new Map(), projects: [], builds: new Set() });

export function createRound(ledger: Ledger): Round {
  function note(projectId: string, body: Buffer): { file?: File } {
    const reply = JSON.parse(body.toString()) as { change: Change | null; file?: File };
    if (reply.change) ledger.changes.set(projectId, [...(ledger.changes.get(projectId) ?? []), reply.change.number]);
    return reply;
  }

  async function save(client: LoadClient, path: string, body: string): Promise<void> {
    const { projectId, send } = client;
    const files = ledger.files.get(projectId) ?? new Map<string, string | null>();
    ledger.files.set(projectId, files);
    const version = files.get(path);
    const headers = { 'content-type': 'application/octet-stream', ...(version ? { 'if-match': version } : { 'if-none-match': '*' }) };
    const target = { params: { projectId }, query: { path } };
    const saved = await send('PUT', urlOf(saveFile, target), { headers, body });
    if (saved.worked) files.set(path, `"${note(projectId, saved.body).file?.version}"`);
  }

  async function saveAndDelete(client: LoadClient, round: number): Promise<void> {
    const { index, projectId, send } = client;
    const path = `notes/${round % FILES}.md`;
    const target = { params: { projectId }, query: { path } };
    await save(client, path, `${index} writes in round ${round}\n`.repeat(20));
    await send('GET', urlOf(readFile, target));
    if (round % 3 !== 0) return;
    const deleted = await send('DELETE', urlOf(deleteFile, target), { headers: { 'if-match': '*' } });
    if (!deleted.worked) return;
    note(projectId, deleted.body);
    ledger.files.get(projectId)?.set(path, null);
  }

  async function signInAndOut({ person, openBrowser, send }: LoadClient): Promise<void> {
    const browser = openBrowser();
    const { email, password } = person;
    await send('POST', login.path, { headers: json, body: JSON.stringify({ email, password }), browser });
    await send('GET', currentUser.path, { browser });
    await send('POST', logout.path, { browser });
  }

  /** The page is of one server, and its assets may be asked of another. */
  async function openPage({ send }: LoadClient): Promise<void> {
    const html = (await send('GET', '/')).body.toString();
    const paths = [...html.matchAll(ASSET)].map(([path]) => path);
    for (const path of paths) await send('GET', path);
    if (paths.length > 0) ledger.builds.add(paths.join(' '));
  }

  async function importSome({ index, projectId, send }: LoadClient, round: number): Promise<void> {
    const zip = zipOf(Array.from({ length: 5 }, (_, nth) => ({ name: `imported/${nth}.md`, content: `${index} imports in ${round}\n` })));
    const path = urlOf(importFiles, { params: { projectId }, query: { conflicts: 'replace' } });
    const headers = { 'content-type': 'application/zip' };
    const reply = await send('POST', path, { headers, body: new Blob([zip as Uint8Array<ArrayBuffer>]) });
    if (reply.worked) note(projectId, reply.body);
  }

  async function createOne({ index, send }: LoadClient, round: number): Promise<void> {
    const name = `Written by ${index} in round ${round}`;
    const reply = await send('POST', createProject.path, { headers: json, body: JSON.stringify({ name }), name });
    if (reply.worked) ledger.projects.push(name);
  }

  return async (client, round) => {
    const params = { projectId: client.projectId };
    const isDue = (what: keyof typeof rare) => round % rare[what][0] === rare[what][1];
    await client.send('GET', currentUser.path);
    await client.send('GET', listProjects.path);
    await client.send('GET', urlOf(listFiles, { params, query: {} }));
    await saveAndDelete(client, round);
    if (isDue('signIn')) await signInAndOut(client);
    if (isDue('page')) await openPage(client);
    if (isDue('project')) await createOne(client, round);
    if (isDue('exported')) await client.send('GET', urlOf(exportFiles, { params, query: {} }));
    if (isDue('upload')) await save(client, 'large.txt', `${client.index} uploads in round ${round}\n`.padEnd(UPLOAD_BYTES, 'x'));
    if (isDue('imported')) await importSome(client, round);
  };
}
