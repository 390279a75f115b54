import type { Samples } from '../../../test/harness/fixture.ts';

export const samples: Samples = {
  listBackups: () => ({}),
  makeBackup: () => ({}),
  downloadBackup: ({ backupId }) => ({ params: { backupId } }),
  deleteBackup: ({ backupId }) => ({ params: { backupId } }),
  confirmRestore: () => ({}),
};
