/**
 * Imports a zip as one change, all or none, in one transaction: contents are stored first, and the project is locked only when the files
 * are. If the process dies, PostgreSQL forgets all of it. Contents that are likely to be saved by others meanwhile, because they are
 * small, are stored under the lock: two transactions that store the same content wait for each other.
 */
import type { Change, NameWarning } from '#features/files/contract.ts';
import { nameWarnings } from '#features/files/name-warnings.ts';
import { selectObstacles } from '#features/files/server/apply.ts';
import { hashContents, versionOfContent } from '#features/files/server/content-hash.ts';
import * as folders from '#features/files/server/folder-queries.ts';
import { type ChangeAuthor, type ChangeListeners, record } from '#features/files/server/record.ts';
import type { Storage } from '#features/files/server/storage.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { conflict } from '#kernel/errors.ts';
import type { SpooledBody } from '#wire/contract.ts';
import { refuse } from './entry-problems.ts';
import { type ConflictChoice, type CurrentFile, type ImportPlan, planImport } from './plan-import.ts';
import * as sql from './queries.ts';
import type { ZipReader } from './read-zip.ts';
import { storeContents } from './store-contents.ts';
import { type Target, targetsOf } from './targets.ts';
import { texts } from './texts.ts';

/** Contents up to this size are stored under the project’s lock. */
const SMALL_BYTES = 256;
/** Most paths named in a problem, and in each list of the result. */
const MAX_NAMED = 100;
const MAX_LISTED = 1000;

export interface ImportInput {
  projectId: string;
  zip: SpooledBody;
  /** The folder that it goes to; '' for the project’s root. */
  base: string;
  conflicts: ConflictChoice;
  by: ChangeAuthor;
}

export interface Imported {
  change: Change | null;
  files: number;
  skipped: ImportPlan['skipped'];
  renamed: ImportPlan['renamed'];
  warnings: { path: string; warning: NameWarning }[];
  counts: { skipped: number; renamed: number; warnings: number };
}

interface Importing {
  db: Database;
  storage: Storage;
  note: ChangeListeners;
  maxFileBytes: number;
  maxEntries: number;
  /** Of all contents of one zip, unpacked. */
  maxBytes: number;
}

/**
 * @throws 409 `files_exist` with the paths, 409 `path_taken`, 409 `storage_limit_reached`, 422 `invalid_zip` with the entries, 422
 * `too_many_files`, 422 `too_large`
 */
export async function importZip(importing: Importing, input: ImportInput): Promise<Imported> {
  // Not needed to start a server.
  const { openZip } = await import('./read-zip.ts');
  const zip = await openZip(input.zip.path, importing);
  try {
    const { files: targets, emptyFolders, renamed, problems } = targetsOf(zip.entries, input.base);
    refuse(problems);
    const versions = new Map<Target, string>();
    const wanted = await selectWanted(importing, input, zip, targets, versions);
    const done = await importing.db.transaction((tx) => write(tx, importing, input, { zip, targets, wanted, emptyFolders, versions }));
    return describe(done, renamed, targets);
  } finally {
    await zip.close();
  }
}

/**
 * Before anything is stored. Only files that exist are unpacked for it.
 * @returns the targets to write, as it looks now
 */
async function selectWanted(
  { db }: Importing,
  { projectId, conflicts }: ImportInput,
  zip: ZipReader,
  targets: readonly Target[],
  versions: Map<Target, string>,
): Promise<Target[]> {
  const current = await selectCurrent(db, projectId, targets);
  for (const target of targets) if (current.has(target.path)) versions.set(target, await versionIn(zip, target));
  const existing = targets.filter((target) => versions.has(target));
  const plan = planImport({ targets: existing, versionOf: known(versions), current, isTaken: () => false, choice: conflicts });
  requireNoConflicts(plan);
  const skipped = new Set(plan.skipped.map(({ path }) => path));
  return targets.filter(({ path }) => !skipped.has(path));
}

async function versionIn(zip: ZipReader, { entry }: Target): Promise<string> {
  const content = await zip.read(entry);
  await hashContents([content]);
  return versionOfContent(content);
}

const known = (versions: ReadonlyMap<Target, string>) => (target: Target) => versions.get(target) ?? '';

async function selectCurrent(on: Database | Transaction, projectId: string, targets: readonly Target[]): Promise<Map<string, CurrentFile>> {
  const rows = await sql.selectCurrent(on, { projectId, paths: targets.map(({ path }) => path) });
  return new Map(rows.map((row) => [row.path, row]));
}

function requireNoConflicts({ conflicts: [first, ...others] }: ImportPlan): void {
  if (first === undefined) return;
  const paths = [first, ...others].slice(0, MAX_NAMED);
  throw conflict('files_exist', texts.exist(others.length + 1, first), { paths, pathCount: others.length + 1 });
}

interface Contents {
  zip: ZipReader;
  targets: readonly Target[];
  /** Those whose contents are needed, unless files change meanwhile. */
  wanted: readonly Target[];
  emptyFolders: readonly string[];
  /** Filled as contents are unpacked. */
  versions: Map<Target, string>;
}

interface Written {
  change: Change | null;
  plan: ImportPlan;
}

async function write(
  tx: Transaction,
  { storage, note }: Importing,
  { projectId, conflicts: choice, by }: ImportInput,
  { zip, targets, wanted, emptyFolders, versions }: Contents,
): Promise<Written> {
  const stored = new Set(wanted.filter(({ entry }) => entry.size > SMALL_BYTES));
  let added = await storeContents(tx, projectId, zip, [...stored], versions);
  let plan: ImportPlan | undefined;
  const read = async () => ({
    current: await selectCurrent(tx, projectId, targets),
    taken: choice === 'keep_both' ? await selectTaken(tx, projectId, targets) : new Set<string>(),
    delta: await storage.measure(tx, projectId, []),
  });
  const change = await record(tx, { projectId, by, note }, read, async ({ current, taken, delta }) => {
    // Also those skipped before whose file is gone now.
    const missing = targets.filter((target) => !stored.has(target) && needsContent(target, current, choice, versions));
    added += await storeContents(tx, projectId, zip, missing, versions);
    plan = planImport({ targets, versionOf: known(versions), current, isTaken: (path) => taken.has(path), choice });
    requireNoConflicts(plan);
    const planned = plan.files;
    const [obstacle] = await selectObstacles(tx, projectId, planned);
    if (obstacle) throw conflict('path_taken', texts.obstacle(obstacle.path, obstacle.taken), { path: obstacle.path });
    for (const path of emptyFolders) tx.withCommit(folders.insertFolder(tx, { projectId, path }));
    if (planned.length === 0) {
      await storage.add(tx, projectId, added);
      return null;
    }
    await storage.requireSpace(tx, delta && { ...delta, bytes: added });
    const paths = planned.map(({ path }) => path);
    const apply = (number: number) => [
      sql.putImported(tx, {
        projectId,
        number,
        paths,
        hashes: planned.map(({ version }) => version),
        sizes: planned.map(({ size }) => size),
        executables: planned.map(({ executable }) => executable),
      }),
    ];
    return { kind: 'import' as const, paths, added, apply };
  });
  if (!plan) throw new Error('an import was not planned');
  return { change, plan };
}

/** @param versions known of those unpacked before */
function needsContent(
  target: Target,
  current: ReadonlyMap<string, CurrentFile>,
  choice: ConflictChoice,
  versions: ReadonlyMap<Target, string>,
): boolean {
  const there = current.get(target.path)?.version;
  return there === undefined || (choice !== 'skip' && there !== versions.get(target));
}

/** Names beside the targets that are taken. */
async function selectTaken(tx: Transaction, projectId: string, targets: readonly Target[]): Promise<ReadonlySet<string>> {
  const beginnings = targets.map(({ path }) => path.replace(/\.[^./]*$/, ''));
  const rows = await sql.selectBeginning(tx, { projectId, beginnings: [...new Set(beginnings)].map((stem) => `${stem} (`) });
  return new Set(rows.map(({ path }) => path));
}

function describe({ change, plan }: Written, normalized: ImportPlan['renamed'], targets: readonly Target[]): Imported {
  const written = new Set(plan.files.map(({ path }) => path));
  const renamed = [...normalized.filter(({ to }) => written.has(to)), ...plan.renamed];
  const warnings = warningsOf(targets, written);
  return {
    change,
    files: plan.files.length,
    skipped: plan.skipped.slice(0, MAX_LISTED),
    renamed: renamed.slice(0, MAX_LISTED),
    warnings: warnings.slice(0, MAX_LISTED),
    counts: { skipped: plan.skipped.length, renamed: renamed.length, warnings: warnings.length },
  };
}

/** Of every folder and file name in the zip. */
function warningsOf(targets: readonly Target[], written: ReadonlySet<string>): Imported['warnings'] {
  const namesIn = new Map<string, Set<string>>();
  for (const path of [...targets.map((target) => target.path), ...written]) {
    const segments = path.split('/');
    segments.forEach((name, depth) => {
      const folder = segments.slice(0, depth).join('/');
      const names = namesIn.get(folder);
      if (names) names.add(name);
      else namesIn.set(folder, new Set([name]));
    });
  }
  return [...namesIn].flatMap(([folder, names]) =>
    [...nameWarnings(names)].map(([name, warning]) => ({ path: folder === '' ? name : `${folder}/${name}`, warning })),
  );
}
