import { lazy, Suspense } from 'react';
import type { Change } from '#features/files/contract.ts';
import { Button } from '#ui/button.tsx';
import { Failure, Note } from '#ui/note.tsx';
import { sayAgo, sayExactly } from '#ui/time.tsx';
import { Waiting } from '#ui/waiting.tsx';
import { BinaryView } from './binary-view.tsx';
import { useOldVersion } from './queries.ts';
import { decodeText } from './text.ts';

const CodeEditor = lazy(() => import('./code-editor.tsx'));

interface OldVersionProps {
  projectId: string;
  path: string;
  change: Change;
  /** Undefined where nothing may be edited. */
  onRestore: ((text: string) => void) | undefined;
  onBack: () => void;
}

export function OldVersion({ projectId, path, change, onRestore, onBack }: OldVersionProps) {
  const version = useOldVersion(projectId, path, change.number);
  const text = version.data && decodeText(version.data.bytes)?.text;
  return (
    <>
      <div className="editor-notes">
        <Note
          icon="history"
          actions={
            <>
              <Button size="small" onClick={onBack}>
                Back to the current version
              </Button>
              {onRestore && text !== undefined && (
                <Button size="small" onClick={() => onRestore(text)}>
                  Edit from this version
                </Button>
              )}
            </>
          }
        >
          The file as it was <span title={sayExactly(change.at)}>{sayAgo(change.at)}</span>, after the change by{' '}
          {change.by.kind === 'run' ? `the agent for ${change.by.name}` : change.by.name}.
        </Note>
        <Failure error={version.error} onRetry={() => void version.refetch()} />
      </div>
      <div className="editor-body">
        {version.isPending && <Waiting what="Loading this version" />}
        {version.data && text === undefined && <BinaryView projectId={projectId} path={path} bytes={version.data.bytes} />}
        {text !== undefined && (
          <Suspense fallback={<Waiting what="Loading the editor" />}>
            <CodeEditor id={`${path}@${change.number}`} path={path} readText={() => text} revision={change.number} readOnly />
          </Suspense>
        )}
      </div>
    </>
  );
}
