/** What of a selection can be uploaded, decided before anything is sent. */
import { MAX_FILE_BYTES } from '#features/files/contract.ts';
import { newPathProblem, pathProblem } from '#features/files/path.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { markName } from '#wire/hidden-characters.ts';
import { texts } from './texts.ts';

export interface Refused {
  path: string;
  reason: string;
}

interface Sized {
  readonly size: number;
}

interface UploadPlan<F extends Sized> {
  files: readonly { path: string; file: F }[];
  folders: readonly string[];
  refused: readonly Refused[];
  /** Of all files. */
  bytes: number;
}

/** @param folder that they are added to; '' for the root */
export function planUpload<F extends Sized>(
  picked: { files: readonly { path: string; file: F }[]; folders: readonly string[] },
  folder: string,
): UploadPlan<F> {
  const refused: Refused[] = [];
  const seen = new Set<string>();
  // Names go as they are: the server normalizes them, and says so.
  const takes = (given: string, size: number): boolean => {
    const path = given.normalize('NFC');
    const full = folder === '' ? path : `${folder}/${path}`;
    const problem =
      pathProblem(full) ??
      newPathProblem(path) ??
      (size > MAX_FILE_BYTES ? texts.refused.tooLarge(`${MAX_FILE_BYTES / 1024 / 1024} MB`) : undefined) ??
      (seen.has(path) ? texts.refused.twice : undefined);
    if (problem) refused.push({ path: given, reason: problem });
    seen.add(path);
    return problem === undefined;
  };
  const files = picked.files.filter(({ path, file }) => takes(path, file.size));
  const folders = picked.folders.filter((path) => takes(path, 0));
  return { files, folders, refused, bytes: files.reduce((sum, { file }) => sum + file.size, 0) };
}

/** @returns a sentence if it is too much for one import */
export const tooManyEntries = (count: number, most: number): string | undefined =>
  count > most ? texts.tooMany(formatNumber(count), formatNumber(most)) : undefined;

/** What a selection is called: its only file or folder, marked as a name, or how many files it has. */
export function nameSelection(files: readonly { path: string }[], folders: readonly string[]): string {
  const tops = new Set([...files.map(({ path }) => path), ...folders].map((path) => path.split('/')[0] ?? ''));
  const [top = ''] = tops;
  return tops.size === 1 ? markName(top) : texts.files(formatNumber(files.length), files.length === 1);
}
