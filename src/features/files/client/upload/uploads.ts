/**
 * The uploads of this page. They go on while the person looks at another screen, and leaving the page asks while any does. Each is one
 * import, and so one change: all or nothing.
 */
import { useSyncExternalStore } from 'react';
import { importFiles, MAX_IMPORT_ENTRIES } from '#features/files/transfer-contract.ts';
import { actingUser } from '#ui/app/acting-user.ts';
import { callThrough } from '#ui/app/call.ts';
import { hasCode, hasStatus } from '#ui/format/explain.ts';
import { formatBytes } from '#ui/format/figure.ts';
import { ProblemError } from '#wire/call.ts';
import { markName } from '#wire/hidden-characters.ts';
import type { Picked } from './picked.ts';
import { nameSelection, planUpload, type Refused, tooManyEntries } from './plan.ts';
import { sendWithProgress } from './send.ts';
import { texts } from './texts.ts';
import { type Conflicts, type Imported, isActive, type Upload, type UploadState } from './upload.ts';
import { UnreadableFile, zipOf } from './zip.ts';

interface Target {
  projectId: string;
  folder: string;
  /** Called with what was added. */
  onDone: (upload: Upload, result: Imported) => void;
}

/** What an upload needs besides what is shown. */
interface Work extends Target {
  readonly left: AbortController;
  conflicts: Conflicts;
  /** Of what is sent, once it is known. */
  zip?: Blob;
}

let uploads: readonly Upload[] = [];
let lastId = 0;
const works = new Map<number, Work>();
const listeners = new Set<() => void>();

/** Sending the same again would lead to the same answer. */
const FINAL: ReadonlySet<number> = new Set([400, 403, 404, 413, 415, 422]);

/** A problem found before anything is sent, as a sentence. */
class Refusal extends Error {}

function update(next: readonly Upload[]): void {
  uploads = next;
  if (uploads.some(isActive)) window.addEventListener('beforeunload', askBeforeLeaving);
  else window.removeEventListener('beforeunload', askBeforeLeaving);
  for (const listener of listeners) listener();
}

const askBeforeLeaving = (event: BeforeUnloadEvent): void => event.preventDefault();
const patch = (id: number, changes: Partial<Upload>): void =>
  update(uploads.map((upload) => (upload.id === id ? { ...upload, ...changes } : upload)));
const setState = (id: number, state: UploadState): void => patch(id, { state });

function start(target: Target, conflicts: Conflicts, shown: Pick<Upload, 'name' | 'files' | 'bytes' | 'state'>, zip?: Blob): number {
  lastId += 1;
  works.set(lastId, { ...target, conflicts, left: new AbortController(), ...(zip && { zip }) });
  update([...uploads, { id: lastId, projectId: target.projectId, userId: actingUser(), folder: target.folder, refused: [], ...shown }]);
  return lastId;
}

function fail(id: number, error: unknown): void {
  if (works.get(id)?.left.signal.aborted) return;
  setState(id, { kind: 'failed', error, entries: entriesOf(error) });
}

/** The entries that the server refuses to import. */
function entriesOf(error: unknown): readonly Refused[] {
  const found = error instanceof ProblemError ? error.problem['entries'] : undefined;
  if (!Array.isArray(found)) return [];
  return found.map(({ path, reason }) => ({ path: String(path), reason: String(reason) }));
}

/** Also while a folder is still being read. @param conflicts for a pasted image, which has the same name every time */
export async function upload(
  target: Target,
  read: (onCount: (files: number) => void, signal: AbortSignal) => Promise<Picked>,
  conflicts: Conflicts = 'refuse',
): Promise<void> {
  const id = start(target, conflicts, { name: '', files: 0, bytes: 0, state: { kind: 'reading', files: 0 } });
  const work = works.get(id);
  if (!work) return;
  try {
    const picked = await read((files) => setState(id, { kind: 'reading', files }), work.left.signal);
    const { files, folders, refused, bytes } = planUpload(picked, target.folder);
    patch(id, { name: nameSelection(picked.files, picked.folders), files: files.length, bytes, refused });
    if (files.length + folders.length === 0) throw new Refusal(texts.nothingLeft);
    const tooMany = tooManyEntries(files.length + folders.length, MAX_IMPORT_ENTRIES);
    if (tooMany) throw new Refusal(tooMany);
    setState(id, { kind: 'preparing', bytes: 0 });
    const onProgress = throttle((read) => setState(id, { kind: 'preparing', bytes: read }));
    work.zip = await zipOf({ files, folders, onProgress, signal: work.left.signal });
  } catch (error) {
    return fail(id, error);
  }
  await send(id);
}

/** Unpacks a zip on the server. */
export async function importZip(target: Target, zip: File): Promise<void> {
  const id = start(target, 'refuse', { name: markName(zip.name), files: 0, bytes: zip.size, state: { kind: 'sending', bytes: 0 } }, zip);
  await send(id);
}

async function send(id: number): Promise<void> {
  const work = works.get(id);
  if (!work?.zip) return;
  const { zip, projectId, folder, conflicts, left, onDone } = work;
  setState(id, { kind: 'sending', bytes: 0 });
  const onSent = throttle((bytes) => setState(id, bytes >= zip.size ? { kind: 'storing' } : { kind: 'sending', bytes }), zip.size);
  const query = { conflicts, ...(folder !== '' && { path: folder }) };
  try {
    const call = callThrough(sendWithProgress(onSent));
    const { body } = await call(importFiles, { params: { projectId }, query, body: zip }, { signal: left.signal });
    setState(id, { kind: 'done', result: body });
    const done = uploads.find((upload) => upload.id === id);
    if (done) onDone(done, body);
  } catch (error) {
    if (hasCode(error, 'files_exist') && error instanceof ProblemError) return setState(id, readConflict(error));
    fail(id, error);
  }
}

function readConflict({ problem }: ProblemError): UploadState {
  const paths = Array.isArray(problem['paths']) ? problem['paths'].map(String) : [];
  return { kind: 'conflict', paths, count: Math.max(paths.length, Number(problem['pathCount'] ?? 0)) };
}

/** @returns a sentence about a failed upload, if the general one would not do */
export function explainUpload(error: unknown, bytes: number): string | undefined {
  if (error instanceof Refusal) return error.message;
  if (error instanceof UnreadableFile) return texts.unreadable(error.path);
  if (error instanceof DOMException) return texts.unreadableSome;
  if (hasStatus(error, 413)) return texts.tooLarge(formatBytes(bytes));
  if (hasCode(error, 'unreachable') && navigator.onLine) return texts.brokenOff;
  return undefined;
}

/** Sends what exists already, after a person has chosen what to do with it. */
export function resolveConflict(id: number, conflicts: Conflicts): void {
  const work = works.get(id);
  if (work) work.conflicts = conflicts;
  void send(id);
}

export const retry = (id: number): void => void send(id);
/** Whether the same may succeed the next time. */
export const canRetry = (id: number, error: unknown): boolean =>
  works.get(id)?.zip !== undefined && error instanceof ProblemError && !FINAL.has(error.status);

export function dismiss(id: number): void {
  works.get(id)?.left.abort();
  works.delete(id);
  update(uploads.filter((upload) => upload.id !== id));
}

const SHOW_EVERY_MS = 100;

/** Shows progress a few times a second, and always its end. */
function throttle(show: (bytes: number) => void, end = Number.POSITIVE_INFINITY): (bytes: number) => void {
  let shownAt = 0;
  return (bytes) => {
    if (bytes < end && Date.now() - shownAt < SHOW_EVERY_MS) return;
    shownAt = Date.now();
    show(bytes);
  };
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function useUploads(projectId: string): readonly Upload[] {
  const all = useSyncExternalStore(subscribe, () => uploads);
  return all.filter((upload) => upload.projectId === projectId && upload.userId === actingUser());
}
