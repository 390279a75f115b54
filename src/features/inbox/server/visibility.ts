/** What waits in restricted projects is counted by project, and shown to those who have access to them. */
import type { Projects } from '#features/projects/server/projects.ts';
import type { Identity } from '#kernel/http/route.ts';

interface Counted {
  /** Set if the project is restricted. */
  restricted_id: string | null;
}

/** @returns a function that leaves out the rows of projects to which a person has no access */
export const createVisibility =
  (projects: Pick<Projects, 'roleIn'>) =>
  async <Row extends Counted>(identity: Identity, rows: readonly Row[]): Promise<Row[]> => {
    const seen = await Promise.all(
      rows.map(async ({ restricted_id: id }) => id === null || (await projects.roleIn(identity, id)) !== undefined),
    );
    return rows.filter((_, at) => seen[at]);
  };
