import { FileDiffView } from '#features/files/client/file-diffs.tsx';
import { MoreFiles } from '#features/files/client/more-files.tsx';
import { call } from '#ui/app/call.ts';
import { singleFileOf } from '../../approval-file.ts';
import { getApproval, type ShownApproval } from '../../approvals-contract.ts';
import { texts } from '../texts/approvals.ts';

/** The changes that an approval would make, file by file; files beyond the first hundred are loaded on demand. */
export function ApprovalFiles({ shown, onOpenFile }: { shown: ShownApproval; onOpenFile: (path: string) => void }) {
  const { approval, files, more } = shown;
  const show = (file: ShownApproval['files'][number], canOpen: boolean) => (
    <FileDiffView
      key={file.path}
      file={file}
      brief={false}
      onOpenFile={canOpen ? onOpenFile : undefined}
      alone={singleFileOf(call, approval.id, file)}
    />
  );
  return (
    <>
      {/* A file that does not exist yet cannot be opened. */}
      {files.map((file) => show(file, file.kind !== 'created' || approval.status === 'approved'))}
      {more && (
        <MoreFiles
          from={files.length}
          load={async (from) => (await call(getApproval, { params: { approvalId: approval.id }, query: { from } })).body}
          show={(file) => show(file, true)}
        >
          {texts.moreFiles(approval.pathCount)}
        </MoreFiles>
      )}
    </>
  );
}
