/** nginx and HAProxy with the configurations of `deploy/`, in which only addresses, ports and the certificate are replaced. */
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../harness/eventually.ts';
import { freePort } from '../harness/process.ts';
import { createCertificate, findProgram } from '../harness/programs.ts';

export interface RunningProxy {
  /** Its https:// address. */
  origin: string;
  /** Its http:// address. */
  plainOrigin: string;
  /** The file of its certificate. */
  certificate: string;
  /** Where it serves without TLS, as behind another proxy that terminates it. */
  clearOrigin?: string;
  /** What it has logged. */
  output(): string;
  stop(): Promise<void>;
}

export interface ProxyKind {
  name: string;
  /** Whether it asks servers if they are ready. */
  checksHealth?: boolean;
  /** Whether it has a `clearOrigin`. */
  servesClear?: boolean;
  /** @param ports of three servers on 127.0.0.1 @param port for TLS, so that it can be known before the servers start */
  start(ports: readonly number[], port?: number): Promise<RunningProxy>;
}

const PROGRAMS = ['nginx', 'haproxy', 'openssl'];
const missing = PROGRAMS.filter((name) => !findProgram(name));
if (missing.length > 0) throw new Error(`These tests need ${missing.join(', ')}. Install them: apt-get install ${PROGRAMS.join(' ')}`);

const isRoot = process.getuid?.() === 0;

type Replacements = readonly (readonly [from: string, to: string])[];

/** Replaces every occurrence. @throws if one is not there, since the test would then run something else than the shipped file */
async function adapt(file: string, replacements: Replacements): Promise<string> {
  let text = await readFile(fileURLToPath(new URL(`../../deploy/${file}`, import.meta.url)), 'utf8');
  for (const [from, to] of replacements) {
    if (!text.includes(from)) throw new Error(`deploy/${file} has no “${from}”`);
    text = text.replaceAll(from, to);
  }
  return text;
}

const addresses = (ports: readonly number[]) => ports.map((port, index) => [`server-${index + 1}:5000`, `127.0.0.1:${port}`] as const);

async function run(program: string, args: string[], { folder, port, plainPort, TLS_CERT }: Chosen): Promise<RunningProxy> {
  const child = spawn(findProgram(program) ?? program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  let over = false;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void ended.then(() => {
    over = true;
  });
  const origin = `https://127.0.0.1:${port}`;
  await eventually(`${program} answers`, () => over || answers(`${origin}/api/health/live`));
  if (over) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`${program} did not start:\n${output}`);
  }
  return {
    origin,
    plainOrigin: `http://127.0.0.1:${plainPort}`,
    certificate: TLS_CERT,
    output: () => output,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Chosen {
  folder: string;
  port: number;
  plainPort: number;
  TLS_CERT: string;
  TLS_KEY: string;
}

/** Whether anything is answered at all, be it an error. */
function answers(url: string): Promise<boolean> {
  const agent = new Agent({ rejectUnauthorized: false });
  return new Promise((resolve) => {
    const sent = request(url, { agent }, (response) => response.resume().once('close', () => resolve(true)));
    sent.once('error', () => resolve(false)).end();
  });
}

async function choose(port: number | undefined): Promise<Chosen> {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-proxy-'));
  // nginx's workers and HAProxy run as other users.
  await chmod(folder, 0o755);
  return { folder, port: port ?? (await freePort()), plainPort: await freePort(), ...createCertificate(folder) };
}

/** @param changes what the test breaks on purpose */
export const nginxWith = (changes: Replacements): ProxyKind => ({
  name: 'nginx',
  async start(ports, tlsPort) {
    const chosen = await choose(tlsPort);
    const { folder, port, plainPort, TLS_CERT, TLS_KEY } = chosen;
    const site = await adapt('nginx.conf', [
      ...addresses(ports),
      ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`],
      ['    listen [::]:443 ssl http2;\n', ''],
      ['listen 80;', `listen 127.0.0.1:${plainPort};`],
      ['    listen [::]:80;\n', ''],
      ['127.0.0.1:5999', `127.0.0.1:${await freePort()}`],
      ['/etc/nginx/tls/guildhall.pem', TLS_CERT],
      ['/etc/nginx/tls/guildhall.key', TLS_KEY],
      ...changes,
    ]);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');
    const main = `
      daemon off; worker_processes 2; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
      events { worker_connections 1024; }
      http { access_log off; ${temporary} include ${folder}/site.conf; }`;
    await writeFile(join(folder, 'site.conf'), site);
    await writeFile(join(folder, 'nginx.conf'), main);
    return run('nginx', ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], chosen);
  },
});

export const nginx = nginxWith([]);

export const haproxy: ProxyKind = {
  name: 'HAProxy',
  checksHealth: true,
  servesClear: true,
  async start(ports, tlsPort) {
    const chosen = await choose(tlsPort);
    const { folder, port, plainPort, TLS_CERT, TLS_KEY } = chosen;
    const pem = join(folder, 'haproxy.pem');
    const clearPort = await freePort();
    await writeFile(pem, (await readFile(TLS_CERT, 'utf8')) + (await readFile(TLS_KEY, 'utf8')));
    const configuration = await adapt('haproxy.cfg', [
      ...addresses(ports),
      ['bind :443', `bind 127.0.0.1:${port}`],
      ['bind :80', `bind 127.0.0.1:${plainPort}\n    bind 127.0.0.1:${clearPort}`],
      ['unless { ssl_fc }', `unless { ssl_fc } or { dst_port ${clearPort} }`],
      ['127.0.0.1:5998', `127.0.0.1:${await freePort()}`],
      ['/etc/haproxy/tls/', pem],
      ...(isRoot ? [] : ([['    user haproxy\n    group haproxy\n', '']] as const)),
    ]);
    await writeFile(join(folder, 'haproxy.cfg'), configuration);
    const proxy = await run('haproxy', ['-db', '-f', join(folder, 'haproxy.cfg')], chosen);
    return { ...proxy, clearOrigin: `http://127.0.0.1:${clearPort}` };
  },
};
