/** Carries out a Dockerfile's steps outside a container: in a folder for each stage, with the Node that runs this. */
import { execFile } from 'node:child_process';
import { cp, glob, mkdir, readFile } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface Step {
  instruction: string;
  text: string;
}

export interface Image {
  /** The folder that holds what the last stage holds, at the paths it has there. */
  root: string;
  workingDirectory: string;
  environment: Record<string, string>;
  command: string[];
  healthCheck: string[];
  user: string;
}

const file = new URL('../../deploy/Dockerfile', import.meta.url);
const ignoreFile = new URL('../../deploy/Dockerfile.dockerignore', import.meta.url);

/** @returns instructions in order, continued lines joined */
async function readSteps(): Promise<Step[]> {
  const text = (await readFile(file, 'utf8')).replace(/^#.*\n/gm, '').replace(/\\\n/g, '');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [instruction = '', ...rest] = line.trim().split(/\s+/);
      return { instruction, text: rest.join(' ') };
    });
}

/** Copies what a build would be sent: everything that the ignore file does not leave out. */
async function copyContext(from: string, to: string): Promise<void> {
  const rules = (await readFile(ignoreFile, 'utf8')).split('\n').filter((line) => line !== '');
  const isSent = (path: string): boolean =>
    rules.reduce((sent, rule) => {
      const pattern = rule.replace(/^!/, '');
      const matches = pattern === '*' || matchesGlob(path, pattern) || matchesGlob(path, `${pattern}/**`);
      return matches ? rule.startsWith('!') : sent;
    }, true);
  for await (const entry of glob('**', {
    cwd: from,
    withFileTypes: true,
    exclude: (entry) => /^(?:node_modules|\.git|dist|data)$/.test(entry.name),
  })) {
    const path = join(entry.parentPath, entry.name).slice(from.length + 1);
    if (entry.isFile() && isSent(path)) await cp(join(from, path), join(to, path));
  }
  for (const name of ['.npmrc']) if (isSent(name)) await cp(join(from, name), join(to, name));
}

/** @param context the checkout @param folder where the stages go */
export async function buildOutside(context: string, folder: string): Promise<Image> {
  const sent = join(folder, 'context');
  await copyContext(context, sent);
  const stages = new Map<string, string>();
  let image: Image | undefined;
  for (const { instruction, text } of await readSteps()) {
    if (instruction === 'FROM') {
      const name = / AS (\w+)$/.exec(text)?.[1] ?? 'last';
      const root = join(folder, name);
      stages.set(name, root);
      image = { root, workingDirectory: '/', environment: {}, command: [], healthCheck: [], user: 'root' };
    } else if (image) await carryOut(image, instruction, text, stages, sent);
  }
  if (!image) throw new Error('the Dockerfile has no stage');
  return image;
}

async function carryOut(image: Image, instruction: string, text: string, stages: Map<string, string>, sent: string): Promise<void> {
  const folder = join(image.root, image.workingDirectory);
  switch (instruction) {
    case 'WORKDIR':
      image.workingDirectory = text;
      return void (await mkdir(join(image.root, text), { recursive: true }));
    case 'ENV':
      return void Object.assign(image.environment, Object.fromEntries(text.split(' ').map((pair) => pair.split('='))));
    case 'COPY': {
      const words = text.split(' ').filter((word) => !word.startsWith('--'));
      const from = /--from=(\w+)/.exec(text)?.[1];
      const source = from ? (stages.get(from) ?? '') : sent;
      return copy(
        words.slice(0, -1).map((path) => join(source, path)),
        join(folder, words.at(-1) ?? ''),
      );
    }
    case 'RUN':
      // Folders at the root belong to the image alone.
      if (text.startsWith('install -d ')) return;
      return void (await run('/bin/sh', ['-c', text], { cwd: folder, maxBuffer: 64 * 1024 * 1024 }));
    case 'USER':
      image.user = text;
      return;
    case 'CMD':
      image.command = JSON.parse(text);
      return;
    case 'HEALTHCHECK':
      image.healthCheck = JSON.parse(text.slice(text.indexOf('[')));
      return;
    case 'EXPOSE':
      return;
    default:
      throw new Error(`${instruction} is not known here: teach test/packaging/dockerfile.ts`);
  }
}

/** As COPY does: a folder's contents, or files into a folder. */
async function copy(sources: string[], target: string): Promise<void> {
  for (const source of sources) {
    const isFile = /\.\w+$/.test(source) || source.endsWith('.npmrc');
    await cp(source, isFile ? join(target, source.slice(source.lastIndexOf('/') + 1)) : target, {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
}
