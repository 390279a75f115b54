/** `npm run export`: writes the files of a project into a zip. */
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createAuditLog } from '#features/audit-log/server/audit-log.ts';
import { createFiles } from '#features/files/server/files.ts';
import { type FoundProject, findProjects } from '#features/projects/server/projects.ts';
import type { Database } from '#kernel/database/pool.ts';
import { createLog } from '#kernel/log.ts';
import { readSettings, runCommand, UsageError, withDatabase, withExistingDatabaseUrl } from './command.ts';

const HELP = `npm run export -- PROJECT --to FILE.zip [--path PATH] [--at CHANGE] [--json]

Writes the files of a project into a zip: the same zip that its page offers. PROJECT is its id, or its name.

  --to FILE      the zip to write; a file that exists is not replaced
  --path PATH    only this file, or this folder
  --at CHANGE    as of this change, by its number in the history
  --json         print only {"project": {"id", "name", "organization"}, "file", "bytes"}
  --help         print this help

Uses DATABASE_URL, or the embedded database of DATA_DIR. Safe while servers are running, and recorded in the audit log. Exits 0 if the file
was written, 1 if not, and 2 if the command is not understood.`;

/** @throws Error for a name that no project has, or several */
async function findProject(db: Database, named: string): Promise<FoundProject> {
  const found = await findProjects(db, { named });
  const [only, ...more] = found;
  if (!only) throw new Error(`No project has the name or id ${named}.`);
  if (more.length === 0) return only;
  const list = found.map(({ id, name, organization }) => `  ${id}  ${name}, of ${organization}`).join('\n');
  throw new Error(`${found.length} projects are named ${named}. Name one by its id:\n${list}`);
}

/** Under another name until it is complete. @returns its size in bytes */
async function write(file: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const draft = `${file}.part`;
  try {
    await pipeline(Readable.from(chunks), createWriteStream(draft, { mode: 0o600, flush: true }));
    await rename(draft, file);
    return (await stat(file)).size;
  } catch (error) {
    await rm(draft, { force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    throw code ? new Error(`${file} cannot be written (${code}). Choose another file with --to.`, { cause: error }) : new Error(message);
  }
}

function readChange(given: string | undefined): number | undefined {
  if (given === undefined || /^[1-9]\d{0,14}$/.test(given)) return given === undefined ? undefined : Number(given);
  throw new UsageError('--at is the number of a change, such as --at 17.');
}

runCommand({
  help: HELP,
  options: { to: { type: 'string' }, path: { type: 'string', default: '' }, at: { type: 'string' } },
  async run({ values, positionals: [named, ...more] }) {
    if (!named || more.length > 0 || values.to === undefined)
      throw new UsageError('Name one project, and the file to write: npm run export -- "Website" --to website.zip');
    const [to, at] = [resolve(values.to), readChange(values.at)];
    if (await stat(to).catch(() => undefined)) throw new Error(`${to} exists already. Choose another file with --to.`);
    const log = await createLog({ level: 'silent', readable: false });
    return withExistingDatabaseUrl(readSettings(), (url) =>
      withDatabase(url, async (db) => {
        const project = await findProject(db, named);
        const files = createFiles({ db, auditLog: createAuditLog({ db }), log });
        const actor = { userId: null, name: 'An operator on the command line' };
        const { chunks } = await files.exportZip(actor, new AbortController().signal, { projectId: project.id, path: values.path, at });
        const bytes = await write(to, chunks);
        return {
          json: { project, file: to, bytes },
          text: `Wrote the files of ${project.name} to ${to} (${bytes.toLocaleString('en')} bytes).`,
        };
      }),
    );
  },
});
