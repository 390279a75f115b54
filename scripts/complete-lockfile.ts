/**
 * Adds what npm omits from package-lock.json: packages for other platforms that the registry in use lacks. Without them `npm ci` reports
 * the lockfile as out of sync. Run it after every `npm install`.
 */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';

interface Entry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const systems: Record<string, string> = {
  win32: 'win32',
  darwin: 'darwin',
  linux: 'linux',
  freebsd: 'freebsd',
  openbsd: 'openbsd',
  netbsd: 'netbsd',
  android: 'android',
  openharmony: 'openharmony',
  aix: 'aix',
  sunos: 'sunos',
};
const processors = ['x64', 'arm64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32'];

/** Derives a package's platform from its name: `@biomejs/cli-linux-arm64-musl`. */
function platformOf(name: string): Pick<Entry, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[-/_]/);
  const os = words.find((word) => word in systems);
  const cpu =
    processors.find((processor) => words.includes(processor)) ??
    (words.includes('ppc64le') ? 'ppc64' : words.includes('fsevents') ? undefined : 'wasm32');
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu')) && os === 'linux'
      ? 'glibc'
      : undefined;
  return {
    ...(cpu && { cpu: [cpu] }),
    ...(libc && { libc: [libc] }),
    ...(name === 'fsevents' ? { os: ['darwin'] } : os && { os: [systems[os] ?? os] }),
  };
}

/** For a range such as ^2.3.0, returns its lowest version; platform packages name an exact version. */
const lowest = (range: string) => range.replace(/^[~^>=\s]+/, '').split(' ')[0] ?? range;

const { overrides = {} } = JSON.parse(await readFile('package.json', 'utf8')) as { overrides?: Record<string, string> };
const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as { packages: Record<string, Entry> };
const added: string[] = [];
for (const entry of Object.values(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    const place = `node_modules/${name}`;
    if (lock.packages[place] || name in overrides) continue;
    lock.packages[place] = { version: lowest(range), ...platformOf(name), ...(entry.dev && { dev: true }), optional: true };
    added.push(name);
  }
}
const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
await writeFile('package-lock.json', `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
execFileSync('npm', ['ci', '--dry-run', '--ignore-scripts'], { stdio: ['ignore', 'ignore', 'inherit'] });
process.stdout.write(`${added.length} packages for other platforms were added.\n`);
