import * as z from 'zod';
import { newName } from '#features/accounts/contract.ts';
import { endpointsOf, id, instant } from '#wire/contract.ts';
import { role } from '#wire/role.ts';

const endpoint = endpointsOf('Projects');

const project = z
  .object({
    id,
    name: z.string(),
    organizationId: id,
    /** The current user's role here. */
    role,
    createdAt: instant,
    /** Last change of the project or its files. */
    changedAt: instant,
  })
  .meta({ id: 'Project' });
export type Project = z.infer<typeof project>;

const name = newName(100);
export const projectParams = z.object({ projectId: id });

/** Size of one page of the list. */
export const PROJECTS_PER_PAGE = 1000;

export const listProjects = endpoint({
  name: 'listProjects',
  method: 'GET',
  path: '/api/projects',
  summary:
    'List the projects of your organizations, most recently changed first. If there are more, pass `nextCursor` to get the next page.',
  query: z.object({ cursor: z.string().max(200).optional() }),
  revalidated: true,
  replies: { 200: z.object({ projects: z.array(project), nextCursor: z.string().optional() }) },
});

export const createProject = endpoint({
  name: 'createProject',
  method: 'POST',
  path: '/api/projects',
  summary: 'Create a project, in your first organization unless another is named.',
  body: z.strictObject({ name, organizationId: id.optional() }),
  replies: { 201: z.object({ project }) },
});

export const getProject = endpoint({
  name: 'getProject',
  method: 'GET',
  path: '/api/projects/:projectId',
  summary: 'Get a project.',
  params: projectParams,
  replies: { 200: z.object({ project }) },
});

export const renameProject = endpoint({
  name: 'renameProject',
  method: 'PATCH',
  path: '/api/projects/:projectId',
  summary: 'Rename a project.',
  params: projectParams,
  body: z.strictObject({ name }),
  replies: { 200: z.object({ project }) },
});

export const deleteProject = endpoint({
  name: 'deleteProject',
  method: 'DELETE',
  path: '/api/projects/:projectId',
  summary: 'Delete a project with its files, history and runs. This cannot be undone.',
  params: projectParams,
  replies: { 204: 'empty' },
});
