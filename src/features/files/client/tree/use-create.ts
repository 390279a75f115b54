import { useMutation, useQueryClient } from '@tanstack/react-query';
import { createFolder } from '#features/files/contract.ts';
import { call } from '#ui/app/call.ts';
import { explain, fieldError, hasStatus } from '#ui/format/explain.ts';
import { writeFile } from '../queries.ts';
import { titleOf } from '../text.ts';
import { refreshListings } from './listing.ts';
import { noteChange } from './note-change.ts';
import { ancestorsOf } from './paths.ts';
import { texts } from './texts.ts';

/** Creates an empty file or folder. @returns a function that resolves to a sentence if it failed */
export function useCreate(projectId: string) {
  const client = useQueryClient();
  const { mutateAsync } = useMutation({
    mutationFn: async ({ path, type }: { path: string; type: 'file' | 'directory' }) => {
      if (type === 'directory') {
        await call(createFolder, { params: { projectId }, body: { path } });
        return refreshListings(client, projectId, new Set(['', ...ancestorsOf(path)]));
      }
      const { change } = await writeFile(projectId, path, '', null);
      if (change) await noteChange(client, projectId, change);
    },
    meta: { inline: true },
  });
  return async (path: string, type: 'file' | 'directory'): Promise<string | undefined> => {
    try {
      await mutateAsync({ path, type });
    } catch (error) {
      if (hasStatus(error, 412)) return texts.name.taken(titleOf(path));
      return fieldError(error, 'path') ?? fieldError(error, 'query.path') ?? explain(error);
    }
  };
}
