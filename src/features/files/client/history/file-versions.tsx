import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useIsNarrow } from '#ui/app/media.ts';
import { useStored } from '#ui/app/stored.ts';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { hasStatus } from '#wire/call.ts';
import { loadFile } from '../queries.ts';
import { decodeText } from '../text.ts';
import { texts } from './texts.ts';

const CompareFile = lazy(() => import('./compare-file.tsx'));

/** Longer texts would block the page while they are compared. */
const MAX_CHARACTERS = 2_000_000;

interface FileVersionsProps {
  projectId: string;
  path: string;
  /** Numbers of changes; 0: before the first one. */
  from: number;
  /** Undefined: now. */
  to: number | undefined;
  /** Tells apart what “now” is. */
  version: string | null;
}

/** A file in two states of the project, beside each other or in one text. */
export function FileVersions({ projectId, path, from, to, version }: FileVersionsProps) {
  const before = useText(projectId, path, from, undefined);
  const after = useText(projectId, path, to, version);
  const isNarrow = useIsNarrow();
  const [view, setView] = useStored('compare-view', (stored) => (stored === 'unified' ? 'unified' : 'side'));
  const error = before.error ?? after.error;
  const words = texts.compare;
  if (error) return <Failure error={error} onRetry={() => void Promise.all([before.refetch(), after.refetch()])} />;
  if (before.data === undefined || after.data === undefined) return <Waiting what={words.loading} />;
  if (before.data === null || after.data === null) return <Note>{words.binary}</Note>;
  if (before.data.length + after.data.length > MAX_CHARACTERS) return <Note>{words.tooLarge}</Note>;
  const beside = view === 'side' && !isNarrow;
  return (
    <div className="file-versions">
      {!isNarrow && (
        <fieldset className="choice compare-choice">
          <legend className="visually-hidden">{words.view}</legend>
          {(['side', 'unified'] as const).map((each) => (
            <label key={each} className="choice-item">
              <input type="radio" name="compare-view" checked={view === each} onChange={() => setView(each)} />
              {words[each]}
            </label>
          ))}
        </fieldset>
      )}
      <Suspense fallback={<Waiting what={words.loading} />}>
        <CompareFile path={path} before={before.data} after={after.data} beside={beside} />
      </Suspense>
    </div>
  );
}

/** @returns '' if there was no such file, null if it is not text */
const useText = (projectId: string, path: string, at: number | undefined, version: string | null | undefined) =>
  useQuery({
    queryKey: ['text-of-version', projectId, path, at, version],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    queryFn: async () => {
      if (at === 0) return '';
      const found = await loadFile(projectId, path, at).catch((error: unknown) => {
        if (hasStatus(error, 404)) return undefined;
        throw error;
      });
      return found ? (decodeText(found.bytes)?.text ?? null) : '';
    },
  });
