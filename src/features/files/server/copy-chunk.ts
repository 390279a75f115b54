import type { Bytes } from '#kernel/database/copy-out.ts';
import type { Queryable } from '#kernel/database/statement.ts';

const ID = /^[0-9a-f-]{36}$/;
const VERSION = /^[0-9a-f]{64}$/;
/** As for other statements on contents. */
const TIMEOUT_MS = 15_000;

/**
 * Reads a range of bytes of a content. COPY takes no parameters, so everything put into its text is validated first.
 * @returns undefined if the project no longer has this content
 */
export async function copyChunk(
  db: Queryable,
  projectId: string,
  version: string,
  from: number,
  length: number,
): Promise<Buffer | undefined> {
  if (!ID.test(projectId) || !VERSION.test(version) || !Number.isSafeInteger(from) || !Number.isSafeInteger(length))
    throw new Error('a piece was asked for by what is no id, version or range');
  const piece = `select substring(content from ${from + 1} for ${length}) from blobs where project_id = '${projectId}' and hash = '\\x${version}'`;
  const copy = {
    name: 'files.copy-piece',
    text: `copy (${piece}) to stdout (format binary)`,
    values: [],
    copy: true,
    query_timeout: TIMEOUT_MS,
  };
  const { rows } = await db.query<Bytes>({ ...copy, replica: true });
  if (rows[0]) return rows[0].bytes;
  // Which version is current was read from the primary, which a replica may follow a moment later.
  return (await db.query<Bytes>(copy)).rows[0]?.bytes;
}
