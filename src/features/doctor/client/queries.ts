import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getDoctor, runDoctor } from '#features/doctor/contract.ts';
import { call } from '#ui/app/call.ts';

const key = ['doctor'];

export const useExamination = () =>
  useQuery({ queryKey: key, queryFn: async ({ signal }) => (await call(getDoctor, {}, { signal })).body });

export function useRunDoctor() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => (await call(runDoctor, {})).body,
    meta: { inline: true },
    onSuccess: (examination) => client.setQueryData(key, examination),
    // A proxy may have timed out before the result was stored.
    onError: () => client.invalidateQueries({ queryKey: key }),
  });
}
