/** What a person can do, one request a step, written with the contracts and named after them. Every answer is looked at. */
import { login, logout } from '#features/accounts/contract.ts';
import { listFiles, readFile, saveFile } from '#features/files/contract.ts';
import { listProjects } from '#features/projects/contract.ts';
import { followRun, startRun } from '#features/runs/contract.ts';
import { WrongAnswer } from './failure.ts';
import type { StepInfo } from './measure.ts';
import { readRunStream } from './stream.ts';
import { edit, texts } from './texts.ts';
import type { VirtualUser } from './users.ts';

export interface Stage {
  signal: AbortSignal;
  /** The part that was measured so far is over; what follows counts as the lap of that name. */
  lap(name: string): void;
}

export interface Step {
  /** Of the first or only part. */
  name: string;
  act(user: VirtualUser, stage: Stage): Promise<void>;
  /** The screen goes on by itself, without a person who thinks first. */
  thenAtOnce?: true;
  /** Milliseconds until it counts as failed. */
  patience: number;
}

/** What a person has in view from step to step. */
export interface View {
  /** Versions of the files that are open, by path. */
  versions: Map<string, string>;
  runId: string;
}

const PATIENCE_MS = 30_000;
/** The practice model takes a few seconds; this is for a server that is far behind. */
const STREAM_PATIENCE_MS = 60_000;
const FIRST_EVENT = `${followRun.name}, first event`;
const FIRST_WORDS = `${followRun.name}, first words`;
const WHOLE_STREAM = `${followRun.name}, to its end`;
/** Always there, whatever other models the server has; speaks at the pace of a common language model. */
const MODEL = 'practice';

export const measuredSteps: readonly StepInfo[] = [
  ...[login, listProjects, listFiles, readFile, saveFile, startRun].map(({ name }) => ({ name })),
  { name: FIRST_EVENT },
  { name: FIRST_WORDS, lap: true, paced: true },
  { name: WHOLE_STREAM, lap: true, paced: true },
  { name: logout.name },
];

export const signIn: Step = {
  ...step(login, async ({ call, email, password }, { signal }) => {
    const { body } = await call(login, { body: { email, password } }, { signal });
    expect(body.user.email === email, 'somebody else is signed in');
  }),
  thenAtOnce: true,
};

export const signOut = step(logout, async ({ call }, { signal }) => void (await call(logout, {}, { signal })));

export const lookAtProjects = step(listProjects, async ({ call, projectId }, { signal }) => {
  const { body } = await call(listProjects, {}, { signal });
  const ids = body.projects.map(({ id }) => id);
  expect(ids.includes(projectId), 'the project of this user is not in the list');
});

export const openProject = step(listFiles, async ({ call, projectId }, { signal }) => {
  const { body } = await call(listFiles, { params: { projectId } }, { signal });
  const listed = new Set(body.entries.map(({ path }) => path));
  expect(
    [...texts.keys()].every((path) => listed.has(path)),
    'files of this user are not in the list',
  );
});

export const openFile = (view: View, path: string): Step =>
  step(readFile, async ({ call, projectId, saved }, { signal }) => {
    const { body, headers } = await call(readFile, { params: { projectId }, query: { path } }, { signal });
    const text = new TextDecoder().decode(body);
    expect((saved.get(path) ?? text) === text, `${path} is not as it was saved`);
    saved.set(path, text);
    view.versions.set(path, headers.get('etag') ?? '');
  });

/** @param mark what the edit says */
export const editFile = (view: View, path: string, mark: string): Step =>
  step(saveFile, async ({ call, projectId, saved }, { signal }) => {
    const text = edit(saved.get(path) ?? '', mark);
    const headers = { 'if-match': view.versions.get(path) ?? '' };
    saved.delete(path);
    await call(saveFile, { params: { projectId }, query: { path }, body: text }, { signal, headers });
    saved.set(path, text);
  });

export const askAgent = (view: View, message: string): Step => ({
  ...step(startRun, async ({ call, projectId }, { signal }) => {
    const { body } = await call(startRun, { params: { projectId }, body: { message, model: MODEL } }, { signal });
    view.runId = body.run.id;
  }),
  thenAtOnce: true,
});

export const readAnswer = (view: View): Step => ({
  name: FIRST_EVENT,
  patience: STREAM_PATIENCE_MS,
  async act({ call }, { signal, lap }) {
    const headers = { accept: 'text/event-stream' };
    const { body } = await call(followRun, { params: { runId: view.runId } }, { signal, headers });
    let laps = 0;
    // The contract's type has no word for a stream; the call hands over the reply's body as it is.
    await readRunStream(body as unknown as ReadableStream<Uint8Array>, (type) => {
      if (laps === 0) lap(FIRST_WORDS);
      else if (laps === 1 && type === 'text') lap(WHOLE_STREAM);
      else return;
      laps += 1;
    });
    if (laps < 2) throw new WrongAnswer('no_answer', 'the run ended without a word of the model');
  },
});

function step({ name }: { name: string }, act: Step['act']): Step {
  return { name, act, patience: PATIENCE_MS };
}

function expect(holds: boolean, message: string): void {
  if (!holds) throw new WrongAnswer('wrong_answer', message);
}
