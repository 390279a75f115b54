/** Projects, their files, and a history: all files at once, then saves. */

import { contentOf, contents } from './contents.ts';
import { hex, type Table } from './copy.ts';
import { BATCHES, FILES, idOf, type Plan, timestamp } from './plan.ts';

const folders = ['docs', 'src', 'notes', 'reports'];
const endings = ['md', 'ts', 'txt', 'md'];
const FILES_OF_A_FOLDER = 16;

/** The first project has its files in its root, which is thereby as long as a list can be. */
export function pathOf(project: number, file: number): string {
  const name = `page-${String(file).padStart(5, '0')}.${endings[file % 4] ?? 'md'}`;
  return project === 0 ? name : `${folders[file % 4] ?? ''}/part-${Math.floor(file / FILES_OF_A_FOLDER)}/${name}`;
}

interface History {
  files: number;
  /** Its number is that of the newest change. */
  changes: number;
  /** The files that a change saved; of the first change, all. */
  savedBy: (change: number) => readonly number[];
}

function historyOf({ largestTree, largestHistory }: Plan, project: number): History {
  if (project === 0) {
    // Every twentieth save is of the first file.
    const savedBy = (change: number) => [change % 20 === 0 ? 0 : change % largestTree];
    return { files: largestTree, changes: 1 + largestHistory, savedBy };
  }
  const savedBy = (change: number) => [(change * 2) % FILES, (change * 2 + 1) % FILES];
  return { files: FILES, changes: 1 + BATCHES, savedBy };
}

interface Version {
  change: number;
  file: number;
  content: number;
}

/** All versions of a project, in the order of its changes. */
function* versionsOf(plan: Plan, project: number): Generator<Version> {
  const { files, changes, savedBy } = historyOf(plan, project);
  const saves: number[] = [];
  for (let file = 0; file < files; file++) yield { change: 1, file, content: contentOf(project, file, 0) };
  for (let change = 2; change <= changes; change++)
    for (const file of savedBy(change)) {
      const version = (saves[file] ?? 0) + 1;
      saves[file] = version;
      yield { change, file, content: contentOf(project, file, version) };
    }
}

/** The newest version of each file. */
function currentOf(plan: Plan, project: number): Version[] {
  const current: Version[] = [];
  for (const version of versionsOf(plan, project)) current[version.file] = version;
  return current;
}

const usedIn = (versions: Iterable<Version>): Set<number> => new Set([...versions].map(({ content }) => content));

/** Changes of a project, at an even pace between its making and now. */
function timeOfChange(plan: Plan, project: number, change: number, changes: number): number {
  const made = plan.timeOf(project, plan.people * 10);
  return Math.floor(made + (change / (changes + 1)) * (plan.now - made));
}

export function filesTables(plan: Plan): Table[] {
  const projects = function* <T>(each: (project: number) => Iterable<T>): Generator<T> {
    for (let project = 0; project < plan.people; project++) yield* each(project);
  };
  return [
    {
      name: 'projects',
      columns: ['id', 'organization_id', 'name', 'head', 'created_at', 'changed_at', 'stored_bytes'],
      rows: () => projects((project) => [projectRow(plan, project)]),
    },
    {
      name: 'changes',
      columns: ['id', 'project_id', 'number', 'kind', 'user_id', 'at'],
      rows: () => projects((project) => changeRows(plan, project)),
    },
    {
      name: 'blobs',
      columns: ['project_id', 'hash', 'size', 'content', 'in_search'],
      rows: () => projects((project) => blobRows(plan, project)),
    },
    {
      name: 'versions',
      columns: ['project_id', 'path', 'number', 'hash'],
      rows: () => projects((project) => versionRows(plan, project)),
    },
    {
      name: 'files',
      columns: ['project_id', 'path', 'number', 'hash', 'size', 'indexed_hash'],
      rows: () => projects((project) => fileRows(plan, project)),
    },
  ];
}

function projectRow(plan: Plan, project: number) {
  const { changes } = historyOf(plan, project);
  const stored = usedIn(versionsOf(plan, project))
    .values()
    .reduce((sum, content) => sum + (contents[content]?.size ?? 0), 0);
  const [created, changed] = [plan.timeOf(project, plan.people * 10), timeOfChange(plan, project, changes, changes)];
  const organization = idOf('organization', plan.organizationOf(project));
  return [idOf('project', project), organization, `Project ${project}`, changes, timestamp(created), timestamp(changed), stored];
}

/** Change ids are numbered through all projects; the first project may have more than the others. */
function changeId(plan: Plan, project: number, change: number): string {
  const before = project === 0 ? 0 : 1 + plan.largestHistory + (project - 1) * (1 + BATCHES);
  return idOf('change', before + change);
}

function* changeRows(plan: Plan, project: number) {
  const { changes } = historyOf(plan, project);
  const [id, user] = [idOf('project', project), idOf('user', project)];
  for (let change = 1; change <= changes; change++) {
    const kind = change > 1 && project === 0 ? 'write' : 'batch';
    yield [changeId(plan, project, change), id, change, kind, user, timestamp(timeOfChange(plan, project, change, changes))];
  }
}

/** The search index has what current files contain. */
function* blobRows(plan: Plan, project: number) {
  const [id, current] = [idOf('project', project), usedIn(currentOf(plan, project))];
  for (const number of usedIn(versionsOf(plan, project))) {
    const content = contents[number];
    if (content) yield [id, hex(content.hash), content.size, hex(content.bytes), current.has(number)];
  }
}

function* versionRows(plan: Plan, project: number) {
  const id = idOf('project', project);
  for (const { change, file, content } of versionsOf(plan, project))
    yield [id, pathOf(project, file), change, hex(contents[content]?.hash ?? '')];
}

function* fileRows(plan: Plan, project: number) {
  const id = idOf('project', project);
  for (const { change, file, content } of currentOf(plan, project)) {
    const { hash = '', size = 0 } = contents[content] ?? {};
    yield [id, pathOf(project, file), change, hex(hash), size, hex(hash)];
  }
}
