import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { acceptInstructions, getInstructions, listWaitingInstructions } from '#features/instructions/contract.ts';
import { call } from '#ui/app/call.ts';
import { instructionsKey } from './instructions-key.ts';

export const useWaitingInstructions = () =>
  useQuery({
    queryKey: [...instructionsKey, 'waiting'],
    queryFn: async ({ signal }) => (await call(listWaitingInstructions, {}, { signal })).body.waiting,
    refetchInterval: 60_000,
  });

export const useInstructions = (projectId: string) =>
  useQuery({
    queryKey: [...instructionsKey, 'one', projectId],
    queryFn: async ({ signal }) => (await call(getInstructions, { params: { projectId } }, { signal })).body,
  });

export function useAccept(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (number: number) => (await call(acceptInstructions, { params: { projectId }, body: { number } })).body,
    meta: { inline: true },
    // Also after an error: the text may have changed.
    onSettled: () => client.invalidateQueries({ queryKey: instructionsKey }),
  });
}
