/** What a person chose, dropped or pasted, as the browser tells it. */

interface PickedFile {
  /** Relative to what was chosen, with the chosen folder's name. */
  path: string;
  file: File;
}

export interface Picked {
  files: readonly PickedFile[];
  /** Empty folders. */
  folders: readonly string[];
}

/** From a file input; with `webkitdirectory`, paths have the folder. */
export const pickedFrom = (list: Iterable<File>): Picked => ({
  files: [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file })),
  folders: [],
});

/**
 * From a drop or the clipboard. The entries are only there during the event, so call it synchronously.
 * @param onCount gets how many files have been found so far
 */
export function readTransfer(data: DataTransfer, onCount: (files: number) => void, signal: AbortSignal): Promise<Picked> {
  const items = [...data.items].filter(({ kind }) => kind === 'file');
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? undefined);
  // Without entries, as for pasted images, there are only files.
  const loose = items.flatMap((item, index) => (entries[index] ? [] : (item.getAsFile() ?? [])));
  return walk(
    entries.filter((entry) => entry !== undefined),
    loose,
    onCount,
    signal,
  );
}

async function walk(entries: readonly FileSystemEntry[], loose: readonly File[], onCount: (files: number) => void, signal: AbortSignal) {
  const files: PickedFile[] = loose.map((file) => ({ path: file.name, file }));
  const folders: string[] = [];
  const waiting = [...entries];
  for (let entry = waiting.shift(); entry; entry = waiting.shift()) {
    signal.throwIfAborted();
    const path = entry.fullPath.replace(/^\//, '');
    if (isFile(entry)) {
      files.push({ path, file: await fileOf(entry) });
      if (files.length % 100 === 0) onCount(files.length);
    } else if (isFolder(entry)) {
      const inside = await entriesOf(entry);
      if (inside.length === 0) folders.push(path);
      waiting.push(...inside);
    }
  }
  return { files, folders };
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

const fileOf = (entry: FileSystemFileEntry): Promise<File> => new Promise((resolve, reject) => entry.file(resolve, reject));

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  // A hundred at a time, until there are none.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    found.push(...some);
  }
}
