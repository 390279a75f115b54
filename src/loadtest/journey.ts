/**
 * What a person does between sign-in and sign-out. A journey is a list of steps and does not pace itself: whoever walks it
 * decides when each one is due.
 */
import { between, shuffle } from './random.ts';
import { askAgent, editFile, lookAtProjects, openFile, openProject, readAnswer, type Step, signIn, signOut, type View } from './steps.ts';
import { NOTES, texts } from './texts.ts';

/** @returns the steps of one journey; what it opens and asks is drawn anew for each */
export function planJourney(random: () => number): Step[] {
  const view: View = { versions: new Map(), runId: '' };
  const paths = shuffle(random, [...texts.keys()]).slice(0, between(random, 2, 3));
  const mark = random().toString(36).slice(2);
  const question = random() < 0.5 ? 'list the files' : `read ${NOTES}`;
  return [
    signIn,
    lookAtProjects,
    openProject,
    ...paths.map((path) => openFile(view, path)),
    ...paths.slice(-1).map((path) => editFile(view, path, mark)),
    askAgent(view, question),
    readAnswer(view),
    lookAtProjects,
    signOut,
  ];
}
