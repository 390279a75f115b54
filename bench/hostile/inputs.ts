/** Inputs of a hostile client: ones that once kept a process busy for seconds, or bypassed a limit. */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { login, signup } from '#features/accounts/contract.ts';
import { getChange, moveFile, saveFile } from '#features/files/contract.ts';
import { createProject } from '#features/projects/contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import { createCookieJar } from '#loadtest/cookies.ts';
import { createCall, urlOf } from '#wire/call.ts';

export const kinds = ['bodies', 'unfinished', 'guesses', 'diffs', 'commands'] as const;
export type Kind = (typeof kinds)[number];

export interface Input {
  name: string;
  /** Concurrent requests. */
  atOnce: number;
  /** Sends it once. @returns the outcome: a status */
  send(): Promise<number | string>;
}

interface Hostile {
  origin: string;
  /** Sends a request with the cookies of the client's account. */
  ask(path: string, init: RequestInit): Promise<number>;
  call: ReturnType<typeof createCall>;
  cookie(): string;
  projectId: string;
}

const LARGE_FILES = 14;
const LINES = 90_000;
const UNFINISHED = 60;
const UNFINISHED_BYTES = 10 * 1024 * 1024;
const UNFINISHED_MS = 20_000;
const json = { 'content-type': 'application/json' };

/** Signs up, because many inputs need an account, any account. @param wanted kinds of inputs */
export async function prepareInputs(origin: string, victim: string, wanted: readonly string[]): Promise<Input[]> {
  const jar = createCookieJar();
  const send: typeof fetch = async (url, init) => {
    const response = await fetch(url, { ...init, headers: { ...(init?.headers as Record<string, string>), cookie: jar.header() } });
    jar.take(response.headers.getSetCookie());
    return response;
  };
  const call = createCall(origin, send);
  await call(signup, {
    body: { name: 'Mallory', email: `mallory-${randomBytes(6).toString('hex')}@example.com`, password: randomBytes(9).toString('hex') },
  });
  const projectId = (await call(createProject, { body: { name: 'Hostile' } })).body.project.id;
  const ask = async (path: string, init: RequestInit) => {
    const response = await send(origin + path, init);
    await response.arrayBuffer();
    return response.status;
  };
  const hostile: Hostile = { origin, ask, call, cookie: jar.header, projectId };
  const prepare: Record<Kind, () => Input[] | Promise<Input[]>> = {
    bodies: () => bodies(hostile),
    unfinished: () => [unfinished(hostile)],
    guesses: () => [guesses(hostile, victim)],
    diffs: async () => [await diffs(hostile)],
    commands: () => [commands(hostile)],
  };
  const inputs: Input[] = [];
  for (const kind of kinds) if (wanted.includes(kind)) inputs.push(...(await prepare[kind]()));
  return inputs;
}

function bodies({ origin, ask, projectId }: Hostile): Input[] {
  const brackets = '['.repeat(5e6) + ']'.repeat(5e6);
  const keys = `{${Array.from({ length: 900_000 }, (_, index) => `"k${index}":0`).join()}}`;
  const gzip = { ...json, 'content-encoding': 'gzip' };
  const compressed = [brackets, keys].map((text) => gzipSync(text));
  const paths = [login.path, signup.path];
  let turn = 0;
  const anonymous = async (headers: Record<string, string>, bodies: readonly Uint8Array<ArrayBuffer>[]) => {
    turn++;
    const body = bodies[turn % bodies.length] as Uint8Array<ArrayBuffer>;
    const response = await fetch(origin + (paths[(turn >> 1) % 2] ?? ''), { method: 'POST', headers, body });
    await response.arrayBuffer();
    return response.status;
  };
  const runs = urlOf(startRun, { params: { projectId } });
  const plain = [brackets, keys].map((text) => Buffer.from(text));
  const known = plain.map((bytes) => bytes.subarray(0, 250_000));
  return [
    { name: '10 MB in 10 kB of gzip, to sign in or up', atOnce: 1, send: () => anonymous(gzip, compressed) },
    { name: '10 MB of brackets or names, to sign in or up', atOnce: 1, send: () => anonymous(json, plain) },
    {
      name: '250 kB of brackets or names, signed in',
      atOnce: 1,
      send: () => ask(runs, { method: 'POST', headers: json, body: known[turn++ % 2] as Uint8Array<ArrayBuffer> }),
    },
  ];
}

/** Uploads of 10 MB that never complete. */
function unfinished({ origin, cookie, projectId }: Hostile): Input {
  const { hostname, port } = new URL(origin);
  const chunk = Buffer.alloc(256 * 1024);
  const head = `PUT /api/projects/${projectId}/file?path=never HTTP/1.1\r\nhost: ${hostname}\r\ncookie: ${cookie()}\r\ncontent-length: ${UNFINISHED_BYTES}\r\n\r\n`;
  return {
    name: `${UNFINISHED} unfinished bodies of 10 MB at once, for ${UNFINISHED_MS / 1000} s`,
    atOnce: 1,
    async send() {
      const sockets = Array.from({ length: UNFINISHED }, () => {
        const socket = connect(Number(port), hostname).on('error', () => undefined);
        socket.write(head);
        for (let sent = 0; sent + chunk.length < UNFINISHED_BYTES; sent += chunk.length) socket.write(chunk);
        return socket.resume();
      });
      await sleep(UNFINISHED_MS);
      for (const socket of sockets) socket.destroy();
      return 'sent';
    },
  };
}

/** Password guesses for one account and for unknown ones, each from a different address if the server trusts the header. */
function guesses({ origin }: Hostile, victim: string): Input {
  let turn = 0;
  return {
    name: 'password guesses, X-Forwarded-For rotating',
    atOnce: 4,
    async send() {
      const email = turn++ % 2 === 0 ? victim : `nobody-${turn}@example.com`;
      const headers = { ...json, 'x-forwarded-for': `198.${18 + ((turn >> 16) & 1)}.${(turn >> 8) & 255}.${turn & 255}` };
      const response = await fetch(origin + login.path, { method: 'POST', headers, body: JSON.stringify({ email, password: 'a guess' }) });
      await response.arrayBuffer();
      return response.status;
    },
  };
}

async function diffs({ call, ask, projectId }: Hostile): Promise<Input> {
  const params = { projectId };
  for (let file = 1; file <= LARGE_FILES; file++) {
    const body = Array.from({ length: LINES }, (_, line) => `${file} ${line}\n`).join('');
    await call(saveFile, { params, query: { path: `large/${file}.txt` }, body }, { headers: { 'if-none-match': '*' } });
  }
  const { change } = (await call(moveFile, { params, body: { from: 'large', to: 'moved' } })).body;
  const path = urlOf(getChange, { params: { changeId: change?.id ?? '' } });
  return { name: `differences of ${LARGE_FILES} files of ${LINES.toLocaleString('en')} lines`, atOnce: 8, send: () => ask(path, {}) };
}

function commands({ call, projectId }: Hostile): Input {
  const message = Array.from({ length: 5 }, () => 'run `seq 1 200000 | sort -r | uniq -c | sort -n | tail -1; sleep 5`').join(' then ');
  return {
    name: 'runs of five bash commands each',
    atOnce: 3,
    async send() {
      const { run } = (await call(startRun, { params: { projectId }, body: { message, model: 'practice', level: 'autonomous' } })).body;
      for (let looks = 0; looks < 600; looks++) {
        const { status } = (await call(getRun, { params: { runId: run.id }, query: { limit: 1 } })).body.run;
        if (!['queued', 'running'].includes(status)) return status;
        await sleep(1000);
      }
      return 'still at work';
    },
  };
}
