/** Where the entries of a zip go. */
import { newPathProblem, pathProblem } from '#features/files/path.ts';
import { foldersOf } from '#features/files/server/tree.ts';
import type { EntryProblem } from './entry-problems.ts';
import type { ZipEntry } from './read-zip.ts';
import { texts } from './texts.ts';

export interface Target {
  path: string;
  entry: ZipEntry;
}

interface Targets {
  files: Target[];
  /** Folders in which the zip has nothing. */
  emptyFolders: string[];
  /** Whose names were normalized to NFC. */
  renamed: { from: string; to: string }[];
  problems: EntryProblem[];
}

/** @param base the folder that they go to; '' for the project's root */
export function targetsOf(entries: readonly ZipEntry[], base: string): Targets {
  const files = new Map<string, Target>();
  const folders = new Set<string>();
  const renamed: Targets['renamed'] = [];
  const problems: EntryProblem[] = [];
  for (const entry of entries) {
    const name = entry.name.normalize('NFC');
    const path = base === '' ? name : `${base}/${name}`;
    const problem = pathProblem(path) ?? newPathProblem(name);
    const twin = entry.isFolder ? undefined : files.get(path);
    if (problem) problems.push({ path: entry.name, reason: texts.badName(problem) });
    else if (twin)
      problems.push({ path: entry.name, reason: twin.entry.name === entry.name ? texts.twice : texts.becomesOne(twin.entry.name) });
    else if (entry.isFolder) folders.add(path);
    else {
      files.set(path, { path, entry });
      if (name !== entry.name) renamed.push({ from: entry.name, to: path });
    }
  }
  const used = new Set([...files.keys()].flatMap(foldersOf));
  for (const folder of new Set([...used, ...folders])) {
    const file = files.get(folder);
    if (file) problems.push({ path: file.entry.name, reason: texts.fileAndFolder(folder) });
    for (const parent of foldersOf(folder)) used.add(parent);
  }
  return { files: [...files.values()], emptyFolders: [...folders].filter((folder) => !used.has(folder)), renamed, problems };
}
