import { useEffect, useState } from 'react';
import type { getChange } from '#features/files/contract.ts';
import { Button } from '#ui/button.tsx';
import { DiffView } from '#ui/diff-view.tsx';
import { Failure } from '#ui/note.tsx';
import type { ReplyOf } from '#wire/contract.ts';
import { useChange } from './queries.ts';
import { useRunContext } from './run-context.ts';

type ChangedFile = ReplyOf<typeof getChange>['body']['files'][number];

/** A run that writes many files a second is not asked for the diff of each. */
const SETTLE_MS = 500;
const BRIEF_FILES = 2;
const BRIEF_LINES = 14;

/** What a tool call did to the files. @param brief only the beginning of it */
export function ChangeDiff({ changeId, brief }: { changeId: string; brief: boolean }) {
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
  const isCut = isShort && (hidden > 0 || files.some(({ diff }) => diff !== null && beginningOf(diff).length < diff.length));
  return (
    <div className="change">
      {files.map((file) => (
        <FileDiff key={file.path} file={file} isShort={isShort} />
      ))}
      {isCut && (
        <Button kind="quiet" size="small" onClick={() => setWhole(true)}>
          {hidden > 0 ? `Show all ${data.files.length} files` : 'Show the whole change'}
        </Button>
      )}
      {!isShort && data.more && <p className="muted">There are more files in this change than are shown here.</p>}
    </div>
  );
}

const kinds = { created: 'new', changed: '', deleted: 'deleted' } as const;
const reasons = { binary: 'Its content is no text.', too_large: 'It is too large to be compared here.' } as const;

function FileDiff({ file, isShort }: { file: ChangedFile; isShort: boolean }) {
  const { onOpenFile } = useRunContext();
  const { path, kind, diff, reason, added, removed } = file;
  return (
    <div className="change-file">
      <p className="change-head">
        {kind === 'deleted' ? (
          <span className="truncate">{path}</span>
        ) : (
          <button type="button" className="link truncate" onClick={() => onOpenFile(path)}>
            {path}
          </button>
        )}
        <span className="muted">{kinds[kind]}</span>
        <span className="change-counts numeric">
          <span title="Lines added">+{added}</span> <span title="Lines removed">−{removed}</span>
        </span>
      </p>
      {diff === null ? (
        <p className="diff-empty">{reason ? reasons[reason] : 'Nothing to compare.'}</p>
      ) : (
        <DiffView diff={isShort ? beginningOf(diff) : diff} />
      )}
    </div>
  );
}

const beginningOf = (diff: string): string => diff.split('\n', BRIEF_LINES).join('\n');
