import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createProject, deleteProject, getProject, listProjects, type Project, renameProject } from '#features/projects/contract.ts';
import { call } from '#ui/app/call.ts';
import { useTabOrganization } from '#ui/app/tab-organization.ts';

const listKey = ['projects'];

/** Reads all projects of an organization, page by page. One that changes during the read may appear twice, and is deduplicated. */
async function readAll(organization: string | undefined, signal: AbortSignal): Promise<Project[]> {
  const found = new Map<string, Project>();
  for (let cursor: string | undefined; ; ) {
    const { projects, nextCursor } = (await call(listProjects, { query: { organization, cursor } }, { signal })).body;
    for (const project of projects) if (!found.has(project.id)) found.set(project.id, project);
    if (nextCursor === undefined) return [...found.values()];
    cursor = nextCursor;
  }
}

/** Of the organization of this tab. */
export function useProjects() {
  const organization = useTabOrganization();
  return useQuery({ queryKey: [...listKey, organization], queryFn: ({ signal }) => readAll(organization, signal) });
}

const projectQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId],
    queryFn: async ({ signal }) => (await call(getProject, { params: { projectId } }, { signal })).body.project,
  });

/** @param projectId undefined while it is not known */
export const useProject = (projectId: string | undefined) =>
  useQuery({ ...projectQuery(projectId ?? ''), enabled: projectId !== undefined });

/** Its name, or who has access to it, has changed. */
export function refreshProject(client: QueryClient, projectId: string): void {
  void client.invalidateQueries({ queryKey: listKey });
  void client.invalidateQueries({ queryKey: projectQuery(projectId).queryKey });
}

export function useCreateProject() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (name: string) => (await call(createProject, { body: { name } })).body.project,
    meta: { inline: true },
    onSuccess: (project) => {
      client.setQueryData(projectQuery(project.id).queryKey, project);
      return client.invalidateQueries({ queryKey: listKey });
    },
  });
}

export function useRenameProject(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (name: string) => (await call(renameProject, { params: { projectId }, body: { name } })).body.project,
    meta: { inline: true },
    onSuccess: (project) => {
      client.setQueryData(projectQuery(projectId).queryKey, project);
      return client.invalidateQueries({ queryKey: listKey });
    },
  });
}

export function useDeleteProject(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call(deleteProject, { params: { projectId } }),
    meta: { inline: true },
    onSuccess: () => {
      client.removeQueries({ queryKey: ['project', projectId] });
      return client.invalidateQueries({ queryKey: listKey });
    },
  });
}
