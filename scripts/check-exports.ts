/** Every export has a use outside its own file. Tests, benchmarks and scripts count as users. */
import { glob, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';

/** A module, and how a file imports it: by name, or all of it. */
interface Use {
  module: string;
  names: readonly string[] | 'all';
}

const DECLARED = /^export (?:declare )?(?:async )?(?:function\*?|const|let|class|interface|type) (\w+)/gm;
const LISTED = /^export (?:type )?\{([^}]*)\};/gm;
const NAMED = /(?:import|export) (?:type )?(?:\w+, )?\{([^}]*)\} from '([^']+)'/g;
const WHOLE = /import (?:type )?\* as (\w+) from '([^']+)'/g;
/** Re-exports and lazy imports. */
const ALL = /(?:export \* from |import\(|importScripts\()\s*'([^']+)'/g;

/** Called by the client build, which knows them by name. */
const calledByName = new Set(['src/ui/jsx-runtime.ts', 'src/ui/jsx-dev-runtime.ts']);

/** `type A, B as C` to the module's own names. */
const namesIn = (list: string): string[] => list.split(',').flatMap((part) => part.trim().match(/^(?:type )?(\w+)/)?.[1] ?? []);

function usesIn(path: string, source: string): Use[] {
  const resolve = (target: string) => (target.startsWith('#') ? `src/${target.slice(1)}` : normalize(join(dirname(path), target)));
  const named = [...source.matchAll(NAMED)].map(([, list = '', target = '']) => ({ module: resolve(target), names: namesIn(list) }));
  const whole = [...source.matchAll(WHOLE)].map(([, alias = '', target = '']) => ({
    module: resolve(target),
    names: [...source.matchAll(new RegExp(`\\b${alias}\\s*\\.\\s*(\\w+)`, 'g'))].map(([, name = '']) => name),
  }));
  const all = [...source.matchAll(ALL)].map(([, target = '']) => ({ module: resolve(target), names: 'all' as const }));
  return [...named, ...whole, ...all];
}

function exportsIn(source: string): string[] {
  const declared = [...source.matchAll(DECLARED)].map(([, name = '']) => name);
  const listed = [...source.matchAll(LISTED)].flatMap(([, list = '']) => namesIn(list));
  return [...declared, ...listed];
}

const sources = new Map<string, string>();
for await (const path of glob(['{src,test,bench,scripts}/**/*.{ts,tsx}', '*.ts'])) sources.set(path, await readFile(path, 'utf8'));

const used = new Map<string, Set<string> | 'all'>();
for (const [path, source] of sources)
  for (const { module, names } of usesIn(path, source)) {
    const known = used.get(module);
    if (names === 'all' || known === 'all') used.set(module, 'all');
    else used.set(module, new Set([...(known ?? []), ...names]));
  }

let unused = 0;
for (const [path, source] of sources) {
  const uses = used.get(path) ?? new Set<string>();
  if (uses === 'all' || calledByName.has(path)) continue;
  for (const name of exportsIn(source).filter((each) => !uses.has(each))) {
    process.stderr.write(`${path} exports ${name}, which no other file uses\n`);
    unused++;
  }
}
process.stdout.write(unused === 0 ? 'Every export is used.\n' : `${unused} exports are not used.\n`);
process.exitCode = unused === 0 ? 0 : 1;
