/**
 * Runs one command on a copy of a project’s files, in a thread of its own, and reports the result. It has no network, no environment
 * and no access to files of the machine. The thread never runs a second command, so no state leaks from one to the next.
 */
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { Bash, type CommandName, defineCommand, getCommandNames, InMemoryFs } from 'just-bash';
import { keepLineEndings } from '#features/files/line-endings.ts';
import { MAX_CHANGED_FILES, MAX_FILE_SYSTEM_BYTES, MAX_NAMED, MAX_STDERR, MAX_STDOUT } from './bounds.ts';

interface ShellFile {
  path: string;
  content: Uint8Array;
}

/** `version` is the SHA-256 of the content. */
interface WrittenFile extends ShellFile {
  version: string;
}

export interface Command {
  command: string;
  timeoutMs: number;
  files: ShellFile[];
}

/** As transferred to the thread: the contents concatenated. */
export interface PackedCommand extends Omit<Command, 'files'> {
  files: { path: string; size: number }[];
  contents: Uint8Array<ArrayBuffer>;
}

export interface Report {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** A limit ended it, and its changes are discarded. */
  ended?: 'time' | 'memory' | 'work';
  /** Empty if it changed more files than one change may have: its changes are then discarded. */
  written: WrittenFile[];
  deleted: string[];
  changedFiles: number;
  /** What a project cannot contain, the first of each kind; `unnamed` counts the rest. */
  links: string[];
  emptyFolders: string[];
  unnamed: number;
  /** Cannot be read back, such as files written through a link to a folder: just-bash stores them under the link’s name. */
  unread: string[];
}

const ROOT = '/project';
/** just-bash’s exit code for a command that hit a limit or cannot be executed. */
const ENDED = 126;
/** SQLite keeps its databases in memory that nothing here limits: 1,000 rows took 1.2 GB. */
const absent = ['sqlite3', 'python3', 'python'];
/** just-bash’s own message would say that this is a browser. */
const describeAbsent = (name: string) =>
  defineCommand(name, async () => ({ stdout: '', stderr: `${name}: command not available here\n`, exitCode: 127 }));

const nothing: Differences = { written: [], deleted: [], changedFiles: 0, links: [], emptyFolders: [], unread: [], unnamed: 0 };

async function execute({ command, timeoutMs, files }: Command): Promise<Report> {
  const fs = new InMemoryFs({}, { maxTotalBytes: MAX_FILE_SYSTEM_BYTES });
  fs.mkdirSync(ROOT, { recursive: true });
  // A copy, because just-bash changes it in place and the original is compared at the end. Projects have no file modes, so all files
  // are executable.
  for (const { path, content } of files) fs.writeFileSync(`${ROOT}/${path}`, new Uint8Array(content), undefined, { mode: 0o755 });
  const bash = new Bash({
    fs,
    cwd: ROOT,
    env: { HOME: ROOT },
    commands: (getCommandNames() as CommandName[]).filter((name) => !absent.includes(name)),
    customCommands: absent.map(describeAbsent),
    javascript: true,
    executionLimitProfile: 'hardened',
    // Looser than the profile where time and memory limit the same thing: a log file soon uses up 10,000 iterations.
    executionLimits: {
      maxExecutionTimeMs: timeoutMs,
      maxJsTimeoutMs: timeoutMs,
      maxCommandCount: 100_000,
      maxLoopIterations: 100_000,
      maxAwkIterations: 1_000_000,
      maxSedIterations: 1_000_000,
      maxJqIterations: 1_000_000,
      // Includes output redirected to files.
      maxOutputSize: 32 * 1024 * 1024,
      maxFileSystemBytes: MAX_FILE_SYSTEM_BYTES,
    },
  });
  const start = performance.now();
  const { exitCode, stdout, stderr } = await bash.exec(command, { rawScript: true });
  const said = { exitCode, stdout: cut(stdout, MAX_STDOUT), stderr: cut(stderr, MAX_STDERR) };
  const ended = performance.now() - start >= timeoutMs ? 'time' : exitCode === ENDED ? 'work' : undefined;
  return ended ? { ...said, ended, ...nothing } : { ...said, ...(await compare(fs, files)) };
}

type Differences = Pick<Report, 'written' | 'deleted' | 'changedFiles' | 'links' | 'emptyFolders' | 'unread' | 'unnamed'>;

/** Compares with the original files. What cannot be read back counts as unchanged and is reported. */
async function compare(fs: InMemoryFs, files: ShellFile[]): Promise<Differences> {
  const before = new Map(files.map(({ path, content }) => [path, content]));
  const written: ShellFile[] = [];
  const folders = new Set(['']);
  const links = new Set<string>();
  const unread = new Set<string>();
  const kept = new Set<string>();
  // Sorted, so a folder, or what replaced it, comes before the paths below it.
  for (const whole of fs.getAllPaths().sort()) {
    if (!whole.startsWith(`${ROOT}/`)) continue;
    const path = whole.slice(ROOT.length + 1);
    const found = folders.has(folderOf(path)) ? await readAgain(fs, whole) : undefined;
    if (!found) unread.add(path);
    else if (found === 'link') links.add(path);
    else if (found === 'folder') folders.add(path);
    else {
      kept.add(path);
      const old = before.get(path);
      if (!old) written.push({ path, content: found });
      else if (Buffer.compare(old, found) !== 0) written.push({ path, content: keepEndings(old, found) });
    }
  }
  const deleted = files.map(({ path }) => path).filter((path) => !kept.has(path) && !links.has(path) && !unread.has(path));
  const emptyFolders = withoutAnything(folders, [...folders, ...kept, ...deleted, ...links, ...unread]);
  const changedFiles = written.length + deleted.length;
  const changes = changedFiles > MAX_CHANGED_FILES ? { written: [], deleted: [] } : { written: written.map(toWritten), deleted };
  const [named, namedFolders, namedUnread] = [[...links], emptyFolders, [...unread]].map((paths) => paths.slice(0, MAX_NAMED));
  const unnamed = [links.size, emptyFolders.length, unread.size].reduce((sum, count) => sum + Math.max(0, count - MAX_NAMED), 0);
  return { ...changes, changedFiles, links: named ?? [], emptyFolders: namedFolders ?? [], unread: namedUnread ?? [], unnamed };
}

/** As `keepLineEndings`; but a command that changed nothing else, such as dos2unix in sed, meant to. */
function keepEndings(old: Uint8Array, found: Uint8Array): Uint8Array {
  const kept = keepLineEndings(old, found);
  return Buffer.compare(old, kept) === 0 ? found : kept;
}

/** @returns undefined for a path that leads nowhere, or in a circle */
async function readAgain(fs: InMemoryFs, whole: string): Promise<Uint8Array | 'link' | 'folder' | undefined> {
  try {
    const { isFile, isSymbolicLink } = await fs.lstat(whole);
    if (isSymbolicLink) return 'link';
    return isFile ? await fs.readFileBuffer(whole) : 'folder';
  } catch {
    return undefined;
  }
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Copied into its own buffer, which can be transferred. */
function toWritten({ path, content }: ShellFile): WrittenFile {
  return { path, content: new Uint8Array(content), version: createHash('sha256').update(content).digest('hex') };
}

/** Replaces characters that cannot be stored. */
function cut(text: string, max: number): string {
  const shown = text.length > max ? `${text.slice(0, max)}\n[… ${text.length} characters in total]` : text;
  return shown.replaceAll('\0', '\ufffd').toWellFormed();
}

/** Empty folders. One whose last file was deleted does not count: it disappears from the project anyway. */
function withoutAnything(folders: Iterable<string>, paths: string[]): string[] {
  const inUse = new Set(['', ...paths.flatMap((path) => path.split('/').map((_, index, segments) => segments.slice(0, index).join('/')))]);
  return [...folders].filter((folder) => !inUse.has(folder));
}

function unpack({ files, contents, ...rest }: PackedCommand): Command {
  let end = 0;
  const unpacked = files.map(({ path, size }) => {
    const start = end;
    end += size;
    return { path, content: contents.subarray(start, end) };
  });
  return { ...rest, files: unpacked };
}

const report = await execute(unpack(workerData as PackedCommand));
parentPort?.postMessage(
  report,
  report.written.map(({ content }) => content.buffer as ArrayBuffer),
);
