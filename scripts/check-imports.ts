/**
 * Imports run one way, without cycles: the foundation, then features in one written order, then the app. A feature’s public API is
 * `contract.ts` (and the shared files next to it), `server/<feature>.ts`, `access.ts` and `routes.ts`; everything else is private. On the
 * client, a feature may use the listed components of earlier features.
 */
import { glob, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';

/** A layer may import itself and earlier layers. */
const order = [
  'wire',
  'kernel',
  'ui',
  'audit-log',
  'outbox',
  'limits',
  'mail',
  'accounts',
  'organizations',
  'sessions',
  'tokens',
  'projects',
  'files',
  'models',
  'connections',
  'tools',
  'policies',
  'instructions',
  'agents',
  'runs',
  'usage',
  'schedules',
  'triggers',
  'notifications',
  'inbox',
  'audit',
  'backups',
  'monitor',
  'doctor',
  'app',
];
/** What other features may import from a feature on the server, besides its contract and the files next to it. */
const entryPoints = (feature: string) =>
  new RegExp(`^src/features/${feature}/(?:[\\w-]+|server/(?:${feature}|access|routes|condition|model|tool|outcome))\\.ts$`);
/** What later features may import from a feature on the client. */
const components: Readonly<Record<string, RegExp>> = {
  accounts: /^queries\.ts$/,
  projects: /^(?:project-select\.tsx|queries\.ts)$/,
  files: /^(?:(?:author|file-diffs|more-files|undo\/undo-dialog)\.tsx|(?:queries|undo\/undo-conflicts)\.ts)$/,
  models: /^(?:demo-hint|model-select)\.tsx$/,
  tools: /^(?:tool-call\.ts|readable-input\.tsx)$/,
  policies: /^(?:autonomy-key\.ts|describe-policy\.ts|paused-note\.tsx|queries\.ts|denied-levels\.ts)$/,
  instructions: /^(?:instructions-key\.ts|queries\.ts|view\.tsx)$/,
  agents: /^agent-select\.tsx$/,
  runs: /^(?:approvals\/(?:(?:approval-files|resolution)\.tsx|(?:approvals-key|queries)\.ts)|automations\/[\w-]+\.tsx?)$/,
  usage: /^day-uses\.tsx$/,
};

/** Folders inside a feature that import each other only in this order. */
const inside: Readonly<Record<string, readonly string[]>> = {
  runs: ['log', 'budgets', 'approvals', 'calls', 'loop', 'commands'],
};

interface Import {
  from: string;
  to: string;
}

function layerOf(path: string): string {
  const [, top = '', feature = ''] = path.split('/');
  return top === 'features' ? feature : top;
}

async function readImports(): Promise<Import[]> {
  const found: Import[] = [];
  for await (const from of glob('src/**/*.{ts,tsx}')) {
    if (from.endsWith('.test.ts') || from.includes('/tests/')) continue;
    const source = await readFile(from, 'utf8');
    for (const [, target = ''] of source.matchAll(/(?:from|import)\s*\(?\s*'((?:\.|#)[^']+)'/g)) {
      const to = target.startsWith('#') ? `src/${target.slice(1)}` : normalize(join(dirname(from), target));
      found.push({ from, to });
    }
  }
  return found;
}

function problemOf({ from, to }: Import): string | undefined {
  if (!to.startsWith('src/')) return undefined;
  const [source, target] = [layerOf(from), layerOf(to)];
  const fromClient = /\/client\//.test(from) || source === 'ui';
  if (fromClient && (/\/server\//.test(to) || target === 'kernel')) return 'the client imports the server';
  if (!fromClient && /\/client\//.test(to)) return 'the server imports the client';
  if (source === target) return upInside(source, from, to);
  if (source === 'loadtest') {
    const knowsServer = target === 'wire' || /^src\/features\/\w+\/[\w-]+\.ts$/.test(to);
    const startsDatabase = /^src\/kernel\/(?:database\/(?:embedded\/embedded|migrate|named-parameters|pool)|log)\.ts$/.test(to);
    const keepsReport = to === 'src/features/monitor/server/load-reports.ts' || to === 'src/app/report-page.ts';
    const startsServer = to === 'src/app/start-command.ts';
    const fillsDatabase = to === 'src/app/seed/large/large.ts';
    return knowsServer || startsDatabase || fillsDatabase || startsServer || keepsReport
      ? undefined
      : 'the load test knows contracts and what stands beside them, the database it fills and the servers it starts, and where its report goes';
  }
  if (target === 'loadtest') return 'nothing needs the load test';
  if (!order.includes(source) || !order.includes(target)) return `${order.includes(source) ? target : source} has no place in the order`;
  if (order.indexOf(target) > order.indexOf(source)) return `${target} comes after ${source}`;
  if (!to.startsWith('src/features/')) return undefined;
  const [, component] = to.split('/client/');
  if (component === undefined) return entryPoints(target).test(to) ? undefined : `private to ${target}`;
  return source === 'app' || components[target]?.test(component) ? undefined : `no component that ${target} lists for others`;
}

function upInside(feature: string, from: string, to: string): string | undefined {
  const folders = inside[feature] ?? [];
  const [a, b] = [from, to].map((path) => folders.indexOf(path.split('/server/')[1]?.split('/')[0] ?? '')) as [number, number];
  return a >= 0 && b > a ? `in ${feature}, ${folders[b]} comes after ${folders[a]}` : undefined;
}

/** @returns import cycles, type imports included, each cycle once */
function findCircles(imports: readonly Import[]): string[][] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to]);
  const done = new Set<string>();
  const circles: string[][] = [];
  function visit(file: string, path: readonly string[]): void {
    const at = path.indexOf(file);
    if (at >= 0) circles.push([...path.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  }
  for (const file of targets.keys()) visit(file, []);
  return circles;
}

const imports = await readImports();
const problems = imports.flatMap((found) => {
  const problem = problemOf(found);
  return problem ? [`${found.from} imports ${found.to}: ${problem}`] : [];
});
for (const circle of findCircles(imports)) problems.push(`round in a circle: ${circle.join(' → ')}`);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(problems.length === 0 ? 'Imports run one way.\n' : `${problems.length} imports run the wrong way.\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
