import * as z from 'zod';
import { newName } from '#features/accounts/contract.ts';
import { endpointsOf, id, instant } from '#wire/contract.ts';
import { projectRole, role } from '#wire/role.ts';
import { texts } from './texts.ts';

const endpoint = endpointsOf('Projects');

const projectAccess = z.enum(['organization', 'listed']);

const project = z
  .object({
    id,
    name: z.string(),
    organizationId: id,
    /** The current user's role here. */
    role,
    /** Open to the organization, or to listed people, owners and admins. */
    access: projectAccess,
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
    'List the projects you have access to, in the organization that the request names or else in all of yours, most recently changed first. If there are more, pass `nextCursor` to get the next page.',
  query: z.object({ organization: id.optional(), cursor: z.string().max(200).optional() }),
  revalidated: true,
  replies: { 200: z.object({ projects: z.array(project), nextCursor: z.string().optional() }) },
});

export const createProject = endpoint({
  name: 'createProject',
  method: 'POST',
  path: '/api/projects',
  summary: 'Create a project, in the organization that the request names, or else in your default one.',
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

const projectMember = z.object({ userId: id, role: projectRole });

const projectMembers = z.object({
  access: projectAccess,
  /** Listed people. Their role replaces their role in the organization; owners and admins keep theirs. */
  members: z.array(projectMember.extend({ name: z.string(), email: z.string() })),
});
export type ProjectMembers = z.infer<typeof projectMembers>;

export const getProjectMembers = endpoint({
  name: 'getProjectMembers',
  method: 'GET',
  path: '/api/projects/:projectId/members',
  summary: 'See who has access to a project.',
  params: projectParams,
  replies: { 200: projectMembers },
});

/** Listed people at most. */
const MAX_PROJECT_MEMBERS = 1000;

export const putProjectMembers = endpoint({
  name: 'putProjectMembers',
  method: 'PUT',
  path: '/api/projects/:projectId/members',
  summary: 'Choose who has access to a project: the organization, or listed people; and their roles in it.',
  params: projectParams,
  body: z.strictObject({
    access: projectAccess,
    members: z
      .array(z.strictObject(projectMember.shape))
      .max(MAX_PROJECT_MEMBERS)
      .refine((members) => new Set(members.map(({ userId }) => userId)).size === members.length, { error: () => texts.personTwice }),
  }),
  replies: { 200: projectMembers },
});
