import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getProjectMembers, type ProjectMembers, putProjectMembers } from '#features/projects/contract.ts';
import { call } from '#ui/app/call.ts';
import type { BodyOf } from '#wire/contract.ts';

const accessKey = (projectId: string) => ['project', projectId, 'access'];

export const useProjectAccess = (projectId: string) =>
  useQuery({
    queryKey: accessKey(projectId),
    queryFn: async ({ signal }): Promise<ProjectMembers> => (await call(getProjectMembers, { params: { projectId } }, { signal })).body,
  });

export function useSaveProjectAccess(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: BodyOf<typeof putProjectMembers>) => (await call(putProjectMembers, { params: { projectId }, body })).body,
    meta: { inline: true },
    onSuccess: (saved) => {
      client.setQueryData(accessKey(projectId), saved);
      // Lists show a lock on a restricted project.
      void client.invalidateQueries({ queryKey: ['projects'] });
      return client.invalidateQueries({ queryKey: ['project', projectId] });
    },
  });
}
