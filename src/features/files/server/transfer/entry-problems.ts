/** Why a zip is refused, entry by entry. */
import { HttpProblem } from '#kernel/errors.ts';
import { texts } from './texts.ts';

/** Most problems reported. */
const MAX_PROBLEMS = 100;

export interface EntryProblem {
  path: string;
  reason: string;
}

/** @throws 422 naming the entries, unless there are none */
export function refuse(problems: readonly EntryProblem[]): void {
  const [first] = problems;
  if (!first) return;
  const entries = problems.slice(0, MAX_PROBLEMS);
  throw new HttpProblem(422, 'invalid_zip', texts.refused(first.path.slice(0, 200), first.reason, problems.length - 1), {
    members: { entries },
  });
}
