/**
 * Carries out one command over a copy of a project’s files, in a thread of its own, and hands back what came of it. There is
 * neither network nor environment nor any file of the machine. It serves no second command, so that no state is ever met again.
 */
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { Bash, type CommandName, defineCommand, getCommandNames, InMemoryFs } from 'just-bash';
import { MAX_CHANGED_FILES, MAX_FILE_SYSTEM_BYTES, MAX_NAMED, MAX_STDERR, MAX_STDOUT } from './bounds.ts';

interface ShellFile {
  path: string;
  content: Uint8Array;
}

/** With its SHA-256. */
interface WrittenFile extends ShellFile {
  version: string;
}

export interface Command {
  command: string;
  timeoutMs: number;
  files: ShellFile[];
}

/** As it is handed to the thread: the contents one after the other. */
export interface PackedCommand extends Omit<Command, 'files'> {
  files: { path: string; size: number }[];
  contents: Uint8Array<ArrayBuffer>;
}

export interface Report {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** A bound ended it, and nothing that it did counts. */
  ended?: 'time' | 'memory' | 'work';
  /** None where it changed more files than a project takes at once: then it counts for nothing. */
  written: WrittenFile[];
  deleted: string[];
  changedFiles: number;
  /** What a project cannot hold, the first of each kind; and how many more there are. */
  links: string[];
  emptyFolders: string[];
  unnamed: number;
  /** Cannot be read again, such as what was written through a link to a folder: just-bash files it under the link’s own name. */
  unread: string[];
}

const ROOT = '/project';
/** just-bash’s exit code for what one of its bounds ended, and for what cannot be carried out at all. */
const ENDED = 126;
/** SQLite’s databases lie in memory that nothing here bounds: 1,000 rows took 1.2 GB. */
const absent = ['sqlite3', 'python3', 'python'];
/** just-bash would say that this is a browser. */
const sayAbsent = (name: string) =>
  defineCommand(name, async () => ({ stdout: '', stderr: `${name}: command not available here\n`, exitCode: 127 }));

const nothing: Differences = { written: [], deleted: [], changedFiles: 0, links: [], emptyFolders: [], unread: [], unnamed: 0 };

async function carryOut({ command, timeoutMs, files }: Command): Promise<Report> {
  const fs = new InMemoryFs({}, { maxTotalBytes: MAX_FILE_SYSTEM_BYTES });
  fs.mkdirSync(ROOT, { recursive: true });
  // A copy, since it works on what it is given, and that is compared with in the end. A project knows no modes: all may be run.
  for (const { path, content } of files) fs.writeFileSync(`${ROOT}/${path}`, new Uint8Array(content), undefined, { mode: 0o755 });
  const bash = new Bash({
    fs,
    cwd: ROOT,
    env: { HOME: ROOT },
    commands: (getCommandNames() as CommandName[]).filter((name) => !absent.includes(name)),
    customCommands: absent.map(sayAbsent),
    javascript: true,
    executionLimitProfile: 'hardened',
    // Looser than it sets them where time and memory bound the same: 10,000 rounds are soon used up by a log file.
    executionLimits: {
      maxExecutionTimeMs: timeoutMs,
      maxJsTimeoutMs: timeoutMs,
      maxCommandCount: 100_000,
      maxLoopIterations: 100_000,
      maxAwkIterations: 1_000_000,
      maxSedIterations: 1_000_000,
      maxJqIterations: 1_000_000,
      // Into files as well.
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

/** What is different from the files as they were. What cannot be read again counts as unchanged, and is named. */
async function compare(fs: InMemoryFs, files: ShellFile[]): Promise<Differences> {
  const before = new Map(files.map(({ path, content }) => [path, content]));
  const written: ShellFile[] = [];
  const folders = new Set(['']);
  const links = new Set<string>();
  const unread = new Set<string>();
  const kept = new Set<string>();
  // In this order a folder, or what is in its place, comes before what is filed below it.
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
      if (!old || Buffer.compare(old, found) !== 0) written.push({ path, content: found });
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

/** @returns undefined for what a name leads nowhere, or round in a circle */
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

/** In memory of its own, which can be handed over. */
function toWritten({ path, content }: ShellFile): WrittenFile {
  return { path, content: new Uint8Array(content), version: createHash('sha256').update(content).digest('hex') };
}

/** In characters that can be stored. */
function cut(text: string, max: number): string {
  const shown = text.length > max ? `${text.slice(0, max)}\n[… ${text.length} characters in total]` : text;
  return shown.replaceAll('\0', '\ufffd').toWellFormed();
}

/** A folder whose last file was deleted is gone from the project anyway. */
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

const report = await carryOut(unpack(workerData as PackedCommand));
parentPort?.postMessage(
  report,
  report.written.map(({ content }) => content.buffer as ArrayBuffer),
);
