/** What a command did to its copy of the files, as a change of the project. */
import { MAX_FILE_BYTES } from '#features/files/contract.ts';
import { filePath } from '#features/files/path.ts';
import type { Edit } from '#features/files/server/files.ts';
import type { Report } from './shell-worker.ts';

export interface ProjectEdits {
  edits: Edit[];
  /** The versions that the files have by them, by path. */
  versions: ReadonlyMap<string, string>;
  /** What a project cannot hold, and why, in words. */
  unkept: string[];
}

/** @param before versions of the files that the command was given */
export function toEdits({ written, deleted, links, emptyFolders }: Report, before: ReadonlyMap<string, string>): ProjectEdits {
  const edits: Edit[] = deleted.map((path) => ({ path, base: before.get(path) ?? null, content: null }));
  const versions = new Map<string, string>();
  const unkept = [
    ...links.map((path) => `${sayPath(path)} (a symbolic link)`),
    ...emptyFolders.map((path) => `${sayPath(path)} (an empty folder)`),
  ];
  for (const { path: given, content, version } of written) {
    const parsed = filePath.safeParse(given);
    const path = parsed.data ?? given;
    const reason = parsed.success ? whyNot(given, path, content, before, versions) : parsed.error.issues[0]?.message;
    if (reason !== undefined) {
      unkept.push(`${sayPath(given)} (${reason})`);
      continue;
    }
    edits.push({ path, base: before.get(path) ?? null, content: Buffer.from(content.buffer, content.byteOffset, content.byteLength) });
    versions.set(path, version);
  }
  return { edits, versions, unkept };
}

function whyNot(
  given: string,
  path: string,
  content: Uint8Array,
  before: ReadonlyMap<string, string>,
  written: ReadonlyMap<string, string>,
): string | undefined {
  if (content.byteLength > MAX_FILE_BYTES) return `larger than ${MAX_FILE_BYTES / 1024 / 1024} MB`;
  // In NFC two names that look the same become one.
  if (written.has(path) || (given !== path && before.has(path))) return 'another file has this name, written in other characters';
  return undefined;
}

/** Of names that are no valid paths too. */
const sayPath = (path: string): string => (/[\p{Cc}\\]/u.test(path) ? JSON.stringify(path) : path).slice(0, 200);
