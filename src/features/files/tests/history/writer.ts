/** Somebody who changes files at random, on top of what they have seen, which may be out of date. */
import { ProblemError } from '#wire/call.ts';
import type { Person } from '../../../../../test/harness/test-server.ts';
import { zipOf } from '../../../../../test/harness/zip.ts';
import { type Change, deleteFile, listFiles, moveFile, readFile, revertChange, saveFile } from '../../contract.ts';
import { restoreFiles } from '../../history-contract.ts';
import { mergeText } from '../../merge-text.ts';
import type { Files } from '../../server/files.ts';
import { importFiles } from '../../transfer-contract.ts';
import type { Action } from './model.ts';

export interface Acknowledged {
  change: Change;
  action: Action;
}

interface Options {
  person: Person;
  projectId: string;
  name: string;
  /** At least 0, below 1. */
  random: () => number;
  /** Changes of all writers so far. */
  done: Acknowledged[];
  /** Edits as an agent’s. */
  applyEdits: (edits: Parameters<Files['requireBounds']>[0]) => Promise<Change | null>;
}

/** What there is nothing to say about: somebody else was there first. */
const expected = new Set([404, 409, 412, 422]);
const FOLDERS = ['', 'a/', 'b/', 'b/c/', 'd/e/f/'];
const NAMES = ['one', 'two', 'three', 'a', 'c'];
const MAX_LINES = 30;

export function createWriter({ person, projectId, name, random, done, applyEdits }: Options) {
  const params = { projectId };
  /** Files as this writer last saw them. */
  const seen = new Map<string, { version: string; text: string }>();
  /** What files have contained, by path. */
  const earlier = new Map<string, string[]>();
  let count = 0;

  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  const anyPath = () => `${pick(FOLDERS)}${pick(NAMES)}`;
  const anyFolder = () => (pick(FOLDERS) ?? '').slice(0, -1) || 'a';
  const newLine = () => `${name} ${++count}\n`;
  const newText = () => Array.from({ length: 3 + Math.floor(random() * 10) }, newLine).join('');

  function acknowledge(change: Change | null, action: Action): void {
    if (change) done.push({ change, action });
  }

  function see(path: string, version: string, text: string): void {
    seen.set(path, { version, text });
    earlier.set(path, [...(earlier.get(path) ?? []).slice(-5), text]);
  }

  /** Replaces, inserts or deletes a line. */
  function edit(text: string): string {
    const lines = text.split(/(?<=\n)/);
    const at = Math.floor(random() * lines.length);
    const isLong = lines.length > MAX_LINES;
    lines.splice(at, random() < 0.6 || isLong ? 1 : 0, ...(random() < 0.85 && !isLong ? [newLine()] : []));
    return lines.join('') || newLine();
  }

  async function look(): Promise<void> {
    const { entries } = (await person.call(listFiles, { params, query: {} })).body;
    const files = entries.filter(({ type }) => type === 'file');
    for (const path of seen.keys()) if (!files.some((file) => file.path === path)) seen.delete(path);
    for (let reads = 0; reads < 2; reads++) await read(pick(files)?.path ?? '');
  }

  async function read(path: string): Promise<string | undefined> {
    if (path === '') return undefined;
    const { body, headers } = await person.call(readFile, { params, query: { path } });
    const text = Buffer.from(body).toString();
    see(path, (headers.get('etag') ?? '').replaceAll('"', ''), text);
    return text;
  }

  async function save(path: string, base: { version: string; text: string } | undefined, text: string): Promise<void> {
    const headers: Record<string, string> = base ? { 'if-match': `"${base.version}"` } : { 'if-none-match': '*' };
    const { file, change } = (await person.call(saveFile, { params, query: { path }, body: text }, { headers })).body;
    acknowledge(change, { do: 'save', path, base: base?.text ?? null, text });
    see(path, file.version, text);
  }

  /** As the editor does: a save on an old version is merged with the current one and saved again. */
  async function saveOver(): Promise<void> {
    const path = pick([...seen.keys()]);
    let base = path === undefined ? undefined : seen.get(path);
    if (path === undefined || !base) return save(anyPath(), undefined, newText());
    let text = (random() < 0.1 && pick(earlier.get(path) ?? [])) || edit(base.text);
    for (let attempt = 0; attempt < 4; attempt++)
      try {
        return await save(path, base, text);
      } catch (error) {
        if (!(error instanceof ProblemError) || error.status !== 412) throw error;
        seen.delete(path);
        const current = await read(path);
        const merged = mergeText(base.text, text, current ?? '');
        base = seen.get(path);
        if (!base || 'clashes' in merged) return;
        text = merged.text;
      }
  }

  const importedText = () => (random() < 0.3 && pick([...seen.values()])?.text) || newText();

  async function importZip(): Promise<void> {
    const conflicts = pick(['refuse', 'replace', 'replace', 'skip'] as const) ?? 'refuse';
    const paths = new Set(Array.from({ length: 1 + Math.floor(random() * 5) }, anyPath));
    const files = [...paths].map((path) => ({ path, text: importedText(), executable: random() < 0.5 }));
    const zip = zipOf(files.map(({ path, text, executable }) => ({ name: path, content: text, mode: executable ? 0o100755 : 0o100644 })));
    const { change } = (await person.call(importFiles, { params, query: { conflicts }, body: zip })).body;
    acknowledge(change, { do: 'import', conflicts, files });
  }

  async function editMany(): Promise<void> {
    const chosen = [...seen.keys()].filter(() => random() < 0.4).slice(0, 4);
    if (random() < 0.7) for (const path of chosen) await read(path);
    const known = new Map([...seen].filter(([path]) => chosen.includes(path)));
    const edits = [...known].map(([path, { version, text }]) => ({ path, version, base: text, text: random() < 0.2 ? null : edit(text) }));
    const added = anyPath();
    const all = [...edits, ...(known.has(added) || seen.has(added) ? [] : [{ path: added, version: null, base: null, text: newText() }])];
    if (all.length === 0) return;
    const change = await applyEdits(
      all.map(({ path, version, text }) => ({ path, base: version, content: text === null ? null : Buffer.from(text) })),
    );
    acknowledge(change, { do: 'batch', edits: all.map(({ path, base, text }) => ({ path, base, text })) });
  }

  async function move(): Promise<void> {
    const from = random() < 0.7 ? (pick([...seen.keys()]) ?? 'a') : anyFolder();
    const to = random() < 0.4 ? anyPath() : random() < 0.3 ? anyFolder() : `${pick(FOLDERS)}moved ${name} ${++count}`;
    const { change } = (await person.call(moveFile, { params, body: { from, to } })).body;
    acknowledge(change, { do: 'move', from, to });
  }

  async function remove(): Promise<void> {
    const file = random() < 0.7 ? pick([...seen]) : undefined;
    const [path, known] = file ?? [anyFolder(), undefined];
    const headers: Record<string, string> = known ? { 'if-match': `"${known.version}"` } : {};
    const { change } = (await person.call(deleteFile, { params, query: { path } }, { headers })).body;
    acknowledge(change, { do: 'delete', path, base: known?.text });
  }

  async function undo(): Promise<void> {
    const recent = done.slice(-40);
    const undone = pick(random() < 0.3 ? recent.filter(({ action }) => action.do === 'import') : recent);
    if (!undone) return;
    const { change } = (await person.call(revertChange, { params: { changeId: undone.change.id } })).body;
    acknowledge(change, { do: 'revert', number: undone.change.number });
  }

  async function restore(): Promise<void> {
    const at = pick(done)?.change.number;
    if (at === undefined) return;
    const path = random() < 0.3 ? undefined : random() < 0.5 ? anyPath() : anyFolder();
    const { change } = (await person.call(restoreFiles, { params, body: { at, ...(path !== undefined && { path }) } })).body;
    acknowledge(change, { do: 'restore', at, path });
  }

  const shares: [share: number, act: () => Promise<void>][] = [
    [18, look],
    [36, saveOver],
    [8, () => save(anyPath(), undefined, newText())],
    [8, move],
    [6, remove],
    [9, importZip],
    [8, editMany],
    [9, undo],
    [4, restore],
  ];
  const acts = shares.flatMap(([share, act]) => Array.from({ length: share }, () => act));

  return {
    /** Does one thing; nothing if somebody else was there first. @throws for any other problem */
    async act(): Promise<void> {
      try {
        await pick(acts)?.();
      } catch (error) {
        if (!expected.has((error as ProblemError).status)) throw error;
      }
    },
  };
}
