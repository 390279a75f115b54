/**
 * The mixed journey: what a person does in one round at work. A round is a list of steps and does not pace itself: whoever walks
 * it decides when each one is due.
 */
import { between, shuffle } from './random.ts';
import { askAgent, editFile, openFile, openProject, openProjects, readAnswer, type Step, signIn, signOut } from './steps.ts';
import { NOTES, texts } from './texts.ts';

/** Share of the rounds in which the agent is asked. */
const ASKING = 1 / 3;
/** Share of the rounds after which a person signs out and in again. */
const LEAVING = 1 / 50;

/** @returns the steps of one round; what it opens and asks is drawn anew for each */
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

/** A person who was at work before anybody looked: the rest of a round. */
export function planRestOfRound(random: () => number): Step[] {
  const steps = planRound(random);
  const first = between(random, 0, steps.length - 1);
  // An answer cannot be read before the question is asked.
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
