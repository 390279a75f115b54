import { useState } from 'react';
import type { Change } from '#features/files/contract.ts';
import { formatAgo, formatExact } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { ChangedFiles } from './changed-files.tsx';
import { OldVersion } from './old-version.tsx';
import { useChange, useOldVersion } from './queries.ts';
import { decodeText } from './text.ts';
import { texts } from './texts.ts';
import { describeAuthorInline } from './who.ts';

const words = texts.version;

interface ChangeViewProps {
  projectId: string;
  path: string;
  change: Change;
  /** Undefined if the user may not edit. */
  onRestore: ((text: string) => void) | undefined;
  onBack: () => void;
}

/** A change in the history: its diff, or the whole file after it. */
export function ChangeView({ projectId, path, change, onRestore, onBack }: ChangeViewProps) {
  const [whole, setWhole] = useState(false);
  const shown = useChange(change.id);
  const wasDeleted = shown.data?.files.find((file) => file.path === path)?.kind === 'deleted';
  const version = useOldVersion(projectId, path, change.number, whole);
  const text = version.data && decodeText(version.data.bytes)?.text;
  return (
    <>
      <div className="editor-notes">
        <Note
          icon="history"
          actions={
            <>
              <Button size="small" onClick={onBack}>
                {words.back}
              </Button>
              {!wasDeleted && (
                <Button size="small" onClick={() => setWhole(!whole)}>
                  {whole ? words.showChanges : words.showWhole}
                </Button>
              )}
              {whole && onRestore && text !== undefined && (
                <Button size="small" onClick={() => onRestore(text)}>
                  {words.edit}
                </Button>
              )}
            </>
          }
        >
          {(whole ? words.wholeBy : words.changedBy)(describeAuthorInline(change.by))}{' '}
          <span title={formatExact(change.at)}>{formatAgo(change.at)}</span>.
        </Note>
      </div>
      <div className="editor-body">
        {whole ? (
          <OldVersion projectId={projectId} path={path} at={change.number} version={version} />
        ) : (
          <ChangedFiles projectId={projectId} change={change} path={path} shown={shown} />
        )}
      </div>
    </>
  );
}
