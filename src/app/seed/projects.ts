/** The projects of the demo team: files, and a history in which several people took part. */
import { createFolder, moveFile, revertChange, saveFile } from '#features/files/contract.ts';
import { createPoint } from '#features/files/history-contract.ts';
import { putProjectPolicy } from '#features/policies/contract.ts';
import { createProject, type Project, putProjectMembers } from '#features/projects/contract.ts';
import type { Team } from './team.ts';
import { figures, handbook, website } from './texts.ts';
import type { Visitor } from './visitor.ts';

export interface Projects {
  website: Project;
  handbook: Project;
  figures: Project;
}

/** A new file, or a new version of one. @returns the id of the change */
async function save({ call }: Visitor, { id: projectId }: Project, path: string, body: string, { exists = false } = {}): Promise<string> {
  const headers: Record<string, string> = exists ? { 'if-match': '*' } : { 'if-none-match': '*' };
  const { change } = (await call(saveFile, { params: { projectId }, query: { path }, body }, { headers })).body;
  return change?.id ?? '';
}

async function create({ call }: Visitor, name: string): Promise<Project> {
  return (await call(createProject, { body: { name } })).body.project;
}

export async function seedProjects(team: Team): Promise<Projects> {
  return { figures: await seedFigures(team), handbook: await seedHandbook(team), website: await seedWebsite(team) };
}

async function seedWebsite({ ada, chiara, deniz }: Team): Promise<Project> {
  const project = await create(ada, 'Website');
  const params = { projectId: project.id };
  const authors = [ada, chiara, deniz];
  for (const [index, [path, text]] of Object.entries(website.files).entries()) await save(authors[index % 3] ?? ada, project, path, text);
  await save(ada, project, 'AGENTS.md', website.instructions);
  await ada.call(createPoint, { params, body: { name: 'First draft' } });
  for (const { path, from, to } of website.edits)
    await save(chiara, project, path, (website.files[path] ?? '').replace(from, to), { exists: true });
  await deniz.call(moveFile, { params, body: { from: 'content/team.md', to: 'content/about/team.md' } });
  await chiara.call(createFolder, { params, body: { path: 'content/press' } });
  const mistake = await save(deniz, project, 'styles/site.css', 'body { display: none }\n', { exists: true });
  await deniz.call(revertChange, { params: { changeId: mistake } });
  await ada.call(createPoint, { params, body: { name: 'Reviewed' } });
  const policy = { rules: [{ tool: 'bash', path: null, supervised: 'ask' as const, autonomous: 'ask' as const }] };
  await ada.call(putProjectPolicy, { params, body: { basedOn: 0, policy } });
  return project;
}

async function seedHandbook({ ben, deniz }: Team): Promise<Project> {
  const project = await create(ben, 'Support handbook');
  for (const [path, text] of Object.entries(handbook)) await save(deniz, project, path, text);
  return project;
}

/** Open to listed people. */
async function seedFigures({ ada, chiara }: Team): Promise<Project> {
  const project = await create(ada, 'Quarterly figures');
  for (const [path, text] of Object.entries(figures)) await save(ada, project, path, text);
  const members = [{ userId: chiara.id, role: 'viewer' as const }];
  await ada.call(putProjectMembers, { params: { projectId: project.id }, body: { access: 'listed', members } });
  return project;
}
