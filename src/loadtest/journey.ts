/**
 * What a person does, from sign-in to sign-out. Steps are written with the contracts and named after them. A journey is a list
 * and does not pace itself: whoever walks it decides when each step is due.
 */
import { login, logout } from '#features/accounts/contract.ts';
import { listFiles, readFile, saveFile } from '#features/files/contract.ts';
import { listProjects } from '#features/projects/contract.ts';
import { followRun, startRun } from '#features/runs/contract.ts';
import { WrongAnswer } from './failure.ts';
import type { StepInfo } from './measure.ts';
import { between } from './random.ts';
import { readRunStream } from './stream.ts';
import { edit, NOTES, texts } from './texts.ts';
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

const PATIENCE_MS = 30_000;
/** The practice model takes a few seconds; this is for a server that is far behind. */
const STREAM_PATIENCE_MS = 60_000;
const FIRST_EVENT = `${followRun.name}, first event`;
const FIRST_WORDS = `${followRun.name}, first words`;
const WHOLE_STREAM = `${followRun.name}, to its end`;
/** Always there, whatever other models the server has; says its sentences at the pace of a common language model. */
const MODEL = 'practice';

export const measuredSteps: readonly StepInfo[] = [
  { name: login.name },
  { name: listProjects.name },
  { name: listFiles.name },
  { name: readFile.name },
  { name: saveFile.name },
  { name: startRun.name },
  { name: FIRST_EVENT },
  { name: FIRST_WORDS, lap: true, paced: true },
  { name: WHOLE_STREAM, lap: true, paced: true },
  { name: logout.name },
];

/** @returns the steps of one journey; what it opens and asks is drawn anew for each */
export function planJourney(random: () => number): Step[] {
  const step = (name: string, act: Step['act']): Step => ({ name, act, patience: PATIENCE_MS });
  const paths = shuffle([...texts.keys()], random).slice(0, between(random, 2, 3));
  const versions = new Map<string, string>();
  const message = random() < 0.5 ? 'list the files' : `read ${NOTES}`;
  let runId = '';

  const look = step(listProjects.name, async ({ call, projectId }, { signal }) => {
    const { body } = await call(listProjects, {}, { signal });
    expect(
      body.projects.some((project) => project.id === projectId),
      'the project of this user is not in the list',
    );
  });
  const open = (path: string) =>
    step(readFile.name, async ({ call, projectId, saved }, { signal }) => {
      const { body, headers } = await call(readFile, { params: { projectId }, query: { path } }, { signal });
      const text = new TextDecoder().decode(body);
      expect((saved.get(path) ?? text) === text, `${path} is not as it was saved`);
      saved.set(path, text);
      versions.set(path, headers.get('etag') ?? '');
    });
  const save = (path: string) =>
    step(saveFile.name, async ({ call, projectId, saved }, { signal }) => {
      const text = edit(saved.get(path) ?? '', random().toString(36));
      const headers = { 'if-match': versions.get(path) ?? '' };
      saved.delete(path);
      await call(saveFile, { params: { projectId }, query: { path }, body: text }, { signal, headers });
      saved.set(path, text);
    });

  return [
    {
      ...step(login.name, async ({ call, email, password }, { signal }) => {
        const { body } = await call(login, { body: { email, password } }, { signal });
        expect(body.user.email === email, 'somebody else is signed in');
      }),
      thenAtOnce: true,
    },
    look,
    step(listFiles.name, async ({ call, projectId }, { signal }) => {
      const { body } = await call(listFiles, { params: { projectId } }, { signal });
      expect(
        paths.every((path) => body.entries.some((entry) => entry.path === path)),
        'files of this user are not in the list',
      );
    }),
    ...paths.map(open),
    ...paths.slice(-1).map(save),
    {
      ...step(startRun.name, async ({ call, projectId }, { signal }) => {
        const { body } = await call(startRun, { params: { projectId }, body: { message, model: MODEL } }, { signal });
        runId = body.run.id;
      }),
      thenAtOnce: true,
    },
    { name: FIRST_EVENT, act: (user, stage) => follow(user, stage, runId), patience: STREAM_PATIENCE_MS },
    look,
    step(logout.name, async ({ call }, { signal }) => void (await call(logout, {}, { signal }))),
  ];
}

async function follow({ call }: VirtualUser, { signal, lap }: Stage, runId: string): Promise<void> {
  const { body } = await call(followRun, { params: { runId } }, { signal, headers: { accept: 'text/event-stream' } });
  let laps = 0;
  // The contract's type has no word for a stream; the call hands over the reply's body as it is.
  await readRunStream(body as unknown as ReadableStream<Uint8Array>, (type) => {
    if (laps === 0) lap(FIRST_WORDS);
    else if (laps === 1 && type === 'text') lap(WHOLE_STREAM);
    else return;
    laps += 1;
  });
  if (laps < 2) throw new WrongAnswer('no_answer', 'the run ended without a word of the model');
}

function expect(holds: boolean, message: string): void {
  if (!holds) throw new WrongAnswer('wrong_answer', message);
}

function shuffle<T>(items: T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
