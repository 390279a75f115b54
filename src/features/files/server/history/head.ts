import type { Queryable } from '#kernel/database/statement.ts';
import { HttpProblem, notFound } from '#kernel/errors.ts';
import { selectHead } from './compare-queries.ts';
import { texts } from './texts.ts';

/** The number of a project’s newest change; 0 before the first. @throws 404 */
export async function headOf(db: Queryable, projectId: string): Promise<number> {
  const [row] = await selectHead(db, { projectId });
  if (!row) throw notFound('project');
  return row.head;
}

/** @throws 404 for a number that no change has yet */
export function requireChange(number: number, head: number): void {
  if (number > head) throw new HttpProblem(404, 'not_found', texts.noChange(number, head));
}
