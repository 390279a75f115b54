/** How to read a file of an approval that the response does not include. */
import type { FileDiff } from '#features/files/contract.ts';
import { type Call, urlOf } from '#wire/call.ts';
import { getApproval, readApprovalFile } from './approvals-contract.ts';

export function singleFileOf(call: Call, approvalId: string, { path, before, after }: Pick<FileDiff, 'path' | 'before' | 'after'>) {
  const address = (side: 'before' | 'after') => urlOf(readApprovalFile, { params: { approvalId }, query: { path, side } });
  return {
    load: async () => (await call(getApproval, { params: { approvalId }, query: { path } })).body.files[0]?.diff ?? null,
    before: before === null ? undefined : address('before'),
    after: after === null ? undefined : address('after'),
  };
}
