/**
 * The mixed journey: a person's actions in one round of work. A round is a list of steps without timing; the caller determines when each is
 * due.
 */
import { between, shuffle } from './random.ts';
import { askAgent, editFile, openFile, openProject, openProjects, readAnswer, type Step, signIn, signOut } from './steps.ts';
import { NOTES, texts } from './texts.ts';

/** Share of the rounds in which the agent is asked. */
const ASKING = 1 / 3;
/** Share of the rounds after which a person signs out and in again. */
const LEAVING = 1 / 50;

/** @returns the steps of one round, with newly drawn files and questions */
export function planRound(random: () => number): Step[] {
  const paths = shuffle(random, [...texts.keys()]).slice(0, between(random, 2, 3));
  const mark = random().toString(36).slice(2);
  return [
    openProjects,
    openProject,
    ...paths.map(openFile),
    ...paths.slice(-1).map((path) => editFile(path, mark)),
    ...(random() < ASKING ? planQuestion(random) : []),
    openProjects,
    ...(random() < LEAVING ? [signOut, signIn] : []),
  ];
}

/** For a person who was active before the measurement: the rest of a round. */
export function planRestOfRound(random: () => number): Step[] {
  const steps = planRound(random);
  const first = between(random, 0, steps.length - 1);
  // A response cannot be read before the question is asked.
  return steps.slice(steps[first - 1]?.thenAtOnce ? first - 1 : first);
}

/** One visit, from sign-in to sign-out. */
export function planVisit(random: () => number): Step[] {
  return [signIn, ...planRound(random).filter((step) => step !== signIn && step !== signOut), signOut];
}

function planQuestion(random: () => number): Step[] {
  const question = { runId: '' };
  return [askAgent(question, random() < 0.5 ? 'list the files' : `read ${NOTES}`), readAnswer(question)];
}
