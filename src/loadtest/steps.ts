/** Actions of a person, one request per step, written with the contracts and named after them. Every response is checked. */
import { login, logout } from '#features/accounts/contract.ts';
import { listFiles, readFile, saveFile } from '#features/files/contract.ts';
import { listProjects } from '#features/projects/contract.ts';
import { followRun, startRun } from '#features/runs/contract.ts';
import { WrongAnswer } from './failure.ts';
import type { StepInfo } from './measure.ts';
import { readRunStream } from './stream.ts';
import { edit, texts } from './texts.ts';
import type { VirtualUser } from './users.ts';

interface Stage {
  signal: AbortSignal;
  /** Ends the measured part so far; the rest counts as the lap of that name. */
  lap(name: string): void;
}

export interface Step {
  /** Of the first or only part. */
  name: string;
  act(user: VirtualUser, stage: Stage): Promise<void>;
  /** The screen sends it automatically, without think time. */
  thenAtOnce?: true;
  /** Milliseconds until it counts as failed. */
  timeoutMs: number;
}

/** The agent's response that a person waits for. */
interface Question {
  runId: string;
}

const TIMEOUT_MS = 30_000;
/** The demo model takes a few seconds; this allows for a server that is far behind. */
const STREAM_TIMEOUT_MS = 60_000;
const FIRST_EVENT = `${followRun.name}, first event`;
const FIRST_WORDS = `${followRun.name}, first words`;
const WHOLE_STREAM = `${followRun.name}, to its end`;
/** Always available, whatever other models the server has; streams at the pace of a common language model. */
const MODEL = 'practice';

export const measuredSteps: readonly StepInfo[] = [
  ...[login, listProjects, listFiles, readFile, saveFile, startRun].map(({ name }) => ({ name })),
  { name: FIRST_EVENT },
  { name: FIRST_WORDS, lap: true, paced: true },
  { name: WHOLE_STREAM, lap: true, paced: true },
  { name: logout.name },
];

export const signIn: Step = {
  ...step(login, async (user, { signal }) => {
    const { call, email, password } = user;
    const { body } = await call(login, { body: { email, password } }, { signal });
    expect(body.user.email === email, 'someone else is signed in');
    user.signedIn = true;
  }),
  thenAtOnce: true,
};

export const signOut = step(logout, async (user, { signal }) => {
  await user.call(logout, {}, { signal });
  user.signedIn = false;
});

export const openProjects = step(listProjects, async ({ call, projectId }, { signal }) => {
  const { body } = await call(listProjects, {}, { signal });
  expect(
    body.projects.some(({ id }) => id === projectId),
    'the project of this user is not in the list',
  );
});

export const openProject = step(listFiles, async ({ call, projectId }, { signal }) => {
  const { body } = await call(listFiles, { params: { projectId } }, { signal });
  const listed = new Set(body.entries.map(({ path }) => path));
  expect(
    [...texts.keys()].every((path) => listed.has(path)),
    'files of this user are not in the list',
  );
});

const decoder = new TextDecoder();

export const openFile = (path: string): Step =>
  step(readFile, async ({ call, projectId, files }, { signal }) => {
    const { body, headers } = await call(readFile, { params: { projectId }, query: { path } }, { signal });
    const text = decoder.decode(body);
    expect((files.get(path)?.text ?? text) === text, `${path} is not as it was saved`);
    files.set(path, { text, etag: headers.get('etag') ?? '' });
  });

/** Opens the file first if the version known to this person may be outdated. @param mark text of the edit */
export const editFile = (path: string, mark: string): Step =>
  step(saveFile, async ({ call, projectId, files }, { signal }) => {
    const file = files.get(path) ?? (await readAgain());
    const text = edit(file.text, mark);
    files.delete(path);
    const request = { params: { projectId }, query: { path }, body: text };
    const { headers } = await call(saveFile, request, { signal, headers: { 'if-match': file.etag } });
    files.set(path, { text, etag: headers.get('etag') ?? '' });

    async function readAgain() {
      const { body, headers } = await call(readFile, { params: { projectId }, query: { path } }, { signal });
      return { text: decoder.decode(body), etag: headers.get('etag') ?? '' };
    }
  });

export const askAgent = (question: Question, message: string): Step => ({
  ...step(startRun, async ({ call, projectId }, { signal }) => {
    const { body } = await call(startRun, { params: { projectId }, body: { message, model: MODEL } }, { signal });
    question.runId = body.run.id;
  }),
  thenAtOnce: true,
});

export const readAnswer = (question: Question): Step => ({
  name: FIRST_EVENT,
  timeoutMs: STREAM_TIMEOUT_MS,
  async act({ call }, { signal, lap }) {
    const headers = { accept: 'text/event-stream' };
    const { body } = await call(followRun, { params: { runId: question.runId } }, { signal, headers });
    let laps = 0;
    // The contract's type cannot express a stream; the call returns the response's body as it is.
    await readRunStream(body as unknown as AsyncIterable<Uint8Array>, (type) => {
      if (laps === 0) lap(FIRST_WORDS);
      else if (laps === 1 && type === 'text') lap(WHOLE_STREAM);
      else return;
      laps += 1;
    });
    if (laps < 2) throw new WrongAnswer('no_answer', 'the run ended without a word of the model');
  },
});

function step({ name }: { name: string }, act: Step['act']): Step {
  return { name, act, timeoutMs: TIMEOUT_MS };
}

function expect(holds: boolean, message: string): void {
  if (!holds) throw new WrongAnswer('wrong_answer', message);
}
