import { useEffect, useState } from 'react';
import { FileDiffView, firstLinesOf } from '#features/files/client/file-diffs.tsx';
import { MoreFiles } from '#features/files/client/more-files.tsx';
import { getChange } from '#features/files/contract.ts';
import { singleFileOf } from '#features/files/single-file.ts';
import { call } from '#ui/app/call.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { useChange } from './queries.ts';
import { useRunContext } from './run-context.ts';
import { texts } from './texts/conversation.ts';

/** Delay in ms before the diff is loaded: a run that writes many files a second does not load the diff of each. */
const SETTLE_MS = 500;
const BRIEF_FILES = 2;

/** The file changes of a tool call. @param brief only the beginning */
export function ChangeDiff({ changeId, brief }: { changeId: string; brief: boolean }) {
  const { onOpenFile } = useRunContext();
  const [wanted, setWanted] = useState(!brief);
  const [whole, setWhole] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setWanted(true), SETTLE_MS);
    return () => clearTimeout(timer);
  }, []);
  const { data, error, refetch } = useChange(changeId, wanted || !brief);
  if (!data) return <Failure error={error} onRetry={() => void refetch()} />;
  const isShort = brief && !whole;
  const files = isShort ? data.files.slice(0, BRIEF_FILES) : data.files;
  const hidden = data.files.length - files.length;
  const isCut = isShort && (hidden > 0 || files.some(({ diff }) => diff !== null && firstLinesOf(diff).length < diff.length));
  return (
    <div className="file-diffs">
      {files.map((file) => (
        <FileDiffView
          key={file.path}
          file={file}
          brief={isShort}
          onOpenFile={onOpenFile}
          alone={singleFileOf(call, data.projectId, data.change, file)}
        />
      ))}
      {isCut && (
        <Button kind="quiet" size="small" onClick={() => setWhole(true)}>
          {hidden > 0 ? texts.change.showFiles(data.files.length) : texts.change.showWhole}
        </Button>
      )}
      {!isShort && data.more && (
        <MoreFiles
          from={data.files.length}
          load={async (from) => (await call(getChange, { params: { changeId }, query: { from } })).body}
          show={(file) => (
            <FileDiffView
              key={file.path}
              file={file}
              brief={false}
              onOpenFile={onOpenFile}
              alone={singleFileOf(call, data.projectId, data.change, file)}
            />
          )}
        >
          {texts.change.moreFiles}
        </MoreFiles>
      )}
    </div>
  );
}
