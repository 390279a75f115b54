import { lazy, Suspense } from 'react';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { BinaryView } from './binary-view.tsx';
import type { useOldVersion } from './queries.ts';
import { decodeText } from './text.ts';
import { texts } from './texts.ts';

const CodeEditor = lazy(() => import('./editor/code-editor.tsx'));

interface OldVersionProps {
  projectId: string;
  path: string;
  /** The number of the change that produced the version. */
  at: number;
  version: ReturnType<typeof useOldVersion>;
}

/** A whole file as it was after a change. */
export function OldVersion({ projectId, path, at, version }: OldVersionProps) {
  const text = version.data && decodeText(version.data.bytes)?.text;
  return (
    <>
      <Failure error={version.error} onRetry={() => void version.refetch()} />
      {version.isPending && <Waiting what={texts.version.loading} />}
      {version.data && text === undefined && <BinaryView projectId={projectId} path={path} bytes={version.data.bytes} at={at} />}
      {text !== undefined && (
        <Suspense fallback={<Waiting what={texts.editor.loadingEditor} />}>
          <CodeEditor id={`${path}@${at}`} path={path} readText={() => text} revision={at} readOnly />
        </Suspense>
      )}
    </>
  );
}
