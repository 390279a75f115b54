/** One person behind the proxy, who notes what was acknowledged. A failed request is not repeated, except the start of a run. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { currentUser, login, logout } from '#features/accounts/contract.ts';
import { readFile, saveFile } from '#features/files/contract.ts';
import { reportPresence } from '#features/files/presence-contract.ts';
import { createProject, listProjects } from '#features/projects/contract.ts';
import { startRun } from '#features/runs/contract.ts';
import type { RunEvent } from '#features/runs/events.ts';
import type { Contract } from '#wire/contract.ts';
import type { Ledger } from '../books/books.ts';
import type { Sample } from '../harness/fixture.ts';
import { readStream } from '../harness/run-stream.ts';
import { send } from '../harness/send.ts';
import { createBrowser, type Person } from '../harness/test-server.ts';
import type { Outcome } from './outcomes.ts';

/** Longer than any fault lasts. */
const PATIENCE_MS = 60_000;
const THINK_MS = { atLeast: 60, atMost: 160 };
const REPEAT_MS = 2000;
const RECONNECT_MS = 300;
/** Below the limit of messages to agents. */
const BETWEEN_RUNS_MS = 1000;

interface Reply {
  status: number;
  headers: Headers;
  body: Buffer;
}

interface Options {
  person: Person;
  projectId: string;
  /** Sends its requests: through the proxy. */
  fetch: typeof fetch;
  origin: string;
  outcomes: Outcome[];
  ledger: Ledger;
  /** They finish what they have begun. */
  over: () => boolean;
  /** Ends everything at once. */
  left: AbortSignal;
}

export function createPerson({ person, projectId, fetch, origin, outcomes, ledger, over, left }: Options) {
  const params = { projectId };
  const sessions = { atLeast: 1, atMost: 1 };
  ledger.sessions.set(person.id, sessions);
  const page = randomUUID();
  let rounds = 0;
  /** Of the file that is saved again and again; undefined while it is unknown. */
  let etag: string | undefined;

  /** @returns undefined without a reply */
  async function ask(contract: Contract, sample: Sample, browser = person.browser): Promise<Reply | undefined> {
    const sentAt = performance.now();
    const note = (result: string) =>
      void outcomes.push({
        class: contract.method === 'GET' ? 'reads' : 'writes',
        request: contract.name,
        result,
        sentAt,
        endedAt: performance.now(),
      });
    try {
      const { status, headers, ...response } = await send(browser, contract, sample, {
        signal: AbortSignal.any([left, AbortSignal.timeout(PATIENCE_MS)]),
      }).then(async (reply) => ({ status: reply.status, headers: reply.headers, body: Buffer.from(await reply.arrayBuffer()) }));
      const code = status < 300 ? '' : /"code":"(\w+)"/.exec(String(response.body))?.[1];
      note(code ? `${status} ${code}` : String(status));
      return { status, headers, ...response };
    } catch {
      note('cut off');
      return undefined;
    }
  }
  const isDone = (reply: Reply | undefined): reply is Reply => reply !== undefined && reply.status < 300;
  const think = () => sleep(THINK_MS.atLeast + Math.random() * (THINK_MS.atMost - THINK_MS.atLeast));

  async function save(path: string, content: string, headers: Record<string, string>): Promise<Reply | undefined> {
    const saved = { projectId, path, content, acknowledged: false };
    ledger.saves.push(saved);
    const reply = await ask(saveFile, { params, query: { path }, body: content, headers });
    saved.acknowledged = isDone(reply);
    return reply;
  }

  async function read(path: string, expected?: string): Promise<Reply | undefined> {
    const reply = await ask(readFile, { params, query: { path } });
    if (expected !== undefined && isDone(reply) && String(reply.body) !== expected)
      ledger.noticed.push(`“${expected}” was acknowledged, and “${reply.body}” was read after it`);
    if (expected !== undefined && reply?.status === 404) ledger.noticed.push(`“${expected}” was acknowledged, and not found`);
    return reply;
  }

  async function saveNew(): Promise<void> {
    const [path, content] = [`notes/${rounds}.md`, `Note ${rounds} of ${person.id}`];
    if (isDone(await save(path, content, { 'if-none-match': '*' }))) await read(path, content);
  }

  async function saveAgain(): Promise<void> {
    const path = 'diary.md';
    // After a save without an answer, only a read can tell.
    const current = etag ?? (rounds > 0 ? (await read(path))?.headers.get('etag') : undefined);
    const content = `Round ${rounds} of ${person.id}`;
    const reply = await save(path, content, current ? { 'if-match': current } : { 'if-none-match': '*' });
    etag = isDone(reply) ? (reply.headers.get('etag') ?? undefined) : undefined;
  }

  async function create(): Promise<void> {
    const project = { name: `Round ${rounds} of ${person.id}`, acknowledged: false };
    ledger.projects.push(project);
    project.acknowledged = isDone(await ask(createProject, { body: { name: project.name } }));
  }

  /** In another browser. */
  async function signInAndOut(): Promise<void> {
    const browser = createBrowser(origin, fetch);
    sessions.atMost++;
    if (!isDone(await ask(login, { body: { email: person.email, password: person.password } }, browser))) return;
    sessions.atLeast++;
    const reply = await ask(logout, {}, browser);
    sessions.atLeast--;
    if (isDone(reply)) sessions.atMost--;
  }

  async function work(): Promise<void> {
    for (; !over(); rounds++) {
      await ask(currentUser, {});
      await ask(listProjects, {});
      await think();
      await saveNew();
      await think();
      await saveAgain();
      await think();
      if (rounds % 3 === 0) await create();
      if (rounds % 5 === 0) await signInAndOut();
    }
  }

  /** Sends it again with its key until it is answered. */
  async function start(message: string, writes: string[]): Promise<void> {
    const events: RunEvent[] = [];
    const run: Ledger['runs'][number] = { projectId, runId: undefined, writes, events };
    ledger.runs.push(run);
    const headers = { 'idempotency-key': randomUUID() };
    const body = { message, model: 'practice', level: 'autonomous' };
    for (; !left.aborted; await sleep(REPEAT_MS)) {
      const reply = await ask(startRun, { params, body, headers });
      if (isDone(reply)) {
        run.runId = (JSON.parse(String(reply.body)) as { run: { id: string } }).run.id;
        break;
      }
    }
    while (run.runId !== undefined && events.at(-1)?.type !== 'end' && !left.aborted) {
      const { ended } = await readStream(person, run.runId, events);
      if (ended === 'broken') await sleep(RECONNECT_MS);
    }
  }

  /** One run after the other: some write files, some say something all the time. */
  async function runAgents(): Promise<void> {
    for (let number = 1; !over(); number++) {
      const [one, two] = [`run-${number}-one.md`, `run-${number}-two.md`];
      if (number % 2 === 0) await start('tell the time for 4 s, 10 times a second', []);
      else await start(`write ${one}: First, then list the files, then write ${two}: Second`, [one, two]);
      await sleep(BETWEEN_RUNS_MS);
    }
  }

  return {
    /** Completed ones. */
    rounds: () => rounds,
    work,
    runAgents,
    /** Says that a page of this person shows another project, as pages do every now and then; then changes it. @returns the number of the change; undefined if it was not acknowledged */
    async changeBehindPage(projectId: string): Promise<number | undefined> {
      await ask(reportPresence, { params: { projectId }, body: { page, path: null } });
      const request = { params: { projectId }, query: { path: `${randomUUID()}.md` }, body: '', headers: { 'if-none-match': '*' } };
      const reply = await ask(saveFile, request);
      return isDone(reply) ? (JSON.parse(String(reply.body)) as { change: { number: number } }).change.number : undefined;
    },
  };
}
