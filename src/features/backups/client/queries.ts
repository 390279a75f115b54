import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Backup, confirmRestore, deleteBackup, downloadBackup, listBackups, makeBackup } from '#features/backups/contract.ts';
import { call } from '#ui/app/call.ts';
import { sendConfirmed } from '#ui/app/identity-question.ts';
import { ProblemError, urlOf } from '#wire/call.ts';

const key = ['backups'];
/** While one is being made. */
const PROGRESS_MS = 1000;

export const useBackups = () =>
  useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => (await call(listBackups, {}, { signal })).body,
    refetchInterval: ({ state }) => (state.data?.backups.some(({ status }) => status === 'running') ? PROGRESS_MS : false),
  });

function useChange<Input, Result>(change: (input: Input) => Promise<Result>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
}

export const useMakeBackup = () => useChange(() => call(makeBackup, {}));
export const useDeleteBackup = () =>
  useChange(({ id, here }: Pick<Backup, 'id' | 'here'>) =>
    call(deleteBackup, { params: { backupId: id }, query: { file: here ? 'delete' : 'keep' } }),
  );
export const useConfirmRestore = () => useChange(() => call(confirmRestore, {}));

/** Asks first who the person is: the browser itself downloads the file, and would show the problem as a page. */
export const useDownloadBackup = () =>
  useMutation({
    async mutationFn({ id, name }: { id: string; name: string }) {
      const url = urlOf(downloadBackup, { params: { backupId: id } });
      await sendConfirmed(async () => {
        // Only the headers; a problem comes without its text.
        const { ok } = await fetch(url, { method: 'HEAD' });
        if (!ok) throw await problemAt(url);
      });
      const link = document.createElement('a');
      link.href = url;
      link.download = name;
      link.click();
    },
  });

async function problemAt(url: string): Promise<Error> {
  const left = new AbortController();
  const response = await fetch(url, { signal: left.signal });
  if (!response.ok) return new ProblemError(await response.json());
  left.abort();
  return new Error('the file can be read now');
}
