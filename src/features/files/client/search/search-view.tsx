import { useEffect, useRef, useState } from 'react';
import type { Match } from '#features/files/search-contract.ts';
import { explain, fieldError } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { hasStatus } from '#wire/call.ts';
import type { Undo } from '../undo/use-undo.ts';
import { groupMatches } from './group-matches.ts';
import { ReplacePreview } from './replace-preview.tsx';
import { SearchForm } from './search-form.tsx';
import { SearchResults } from './search-results.tsx';
import { texts } from './texts.ts';
import { useReplace } from './use-replace.ts';
import { useFilesChanged, useSearch, useSettled } from './use-search.ts';
import { nothingWanted, type Wanted } from './wanted.ts';
import './search.css';

/** A wish to search for something, from elsewhere; each is another object. */
export interface SearchRequest {
  q?: string | undefined;
}

interface SearchViewProps {
  projectId: string;
  editable: boolean;
  shown: boolean;
  request: SearchRequest | undefined;
  unsaved: readonly string[];
  undo: Undo;
  onOpen: (match: Match) => void;
}

/** Searches the contents of a project’s files, and replaces what it finds. */
export default function SearchView({ projectId, editable, shown, request, unsaved, undo, onOpen }: SearchViewProps) {
  const [wanted, setWanted] = useState<Wanted>({ ...nothingWanted, q: request?.q ?? '' });
  const [replacement, setReplacement] = useState<string>();
  const [withContext, setWithContext] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const settled = useSettled(wanted);
  const search = useSearch(projectId, settled, withContext);
  const onReplaced = () => void search.refetch();
  const replace = useReplace({ projectId, wanted, replacement: replacement ?? '', undo, onReplaced });
  const { preview } = replace;

  useEffect(() => {
    const { q } = request ?? {};
    if (q !== undefined) setWanted((before) => ({ ...before, q }));
  }, [request]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each request moves the focus
  useEffect(() => {
    if (!shown) return;
    field.current?.focus();
    field.current?.select();
  }, [shown, request]);

  const change = (changes: Partial<Wanted>) => {
    setWanted({ ...wanted, ...changes });
    preview.reset();
  };
  const error = preview.error ?? (wanted.q === '' ? null : search.error);
  const invalid = hasStatus(error, 422) ? (fieldError(error, 'q') ?? explain(error)) : undefined;
  return (
    <section className="search-view" aria-label={texts.about} hidden={!shown}>
      <SearchForm
        wanted={wanted}
        field={field}
        error={invalid}
        replacement={replacement}
        editable={editable}
        withContext={withContext}
        onChange={change}
        onReplacement={(text) => {
          setReplacement(text);
          preview.reset();
        }}
        onContext={setWithContext}
        onPreview={replace.start}
        onDown={() => list.current?.querySelector('button')?.focus()}
      />
      <div className="search-body">
        {invalid === undefined && <Failure error={error} onRetry={() => (preview.error ? replace.start() : void search.refetch())} />}
        {preview.isPending && <Waiting what={texts.previewing} />}
        {preview.data ? (
          <ReplacePreview
            key={preview.submittedAt}
            preview={preview.data}
            outdated={replace.outdated}
            unsaved={unsaved}
            busy={replace.busy}
            onReplace={replace.replace}
            onBack={preview.reset}
          />
        ) : (
          !preview.isPending && (
            <Found projectId={projectId} wanted={wanted} search={search} settled={settled} list={list} onOpen={onOpen} />
          )
        )}
      </div>
    </section>
  );
}

interface FoundProps extends Pick<SearchViewProps, 'projectId' | 'onOpen'> {
  wanted: Wanted;
  settled: Wanted;
  search: ReturnType<typeof useSearch>;
  list: React.RefObject<HTMLUListElement | null>;
}

function Found({ projectId, wanted, settled, search, list, onOpen }: FoundProps) {
  const { data, error, isFetching, isPlaceholderData, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = search;
  const changed = useFilesChanged(projectId, data);
  if (wanted.q === '') {
    return (
      <Empty icon="search" title={texts.start}>
        {texts.startAbout}
      </Empty>
    );
  }
  if (error) return null;
  if (!data) return <Waiting what={texts.searching} />;
  const matches = data.pages.flatMap((page) => page.matches);
  const groups = groupMatches(matches);
  const truncated = data.pages.at(-1)?.truncated ?? false;
  const outdated = isPlaceholderData || settled !== wanted;
  if (matches.length === 0 && !outdated && !truncated) {
    const filtered = wanted.glob !== '' || wanted.folder !== '' || wanted.matchCase || wanted.word;
    return (
      <Empty icon="search" title={texts.none}>
        {filtered ? texts.noneAboutFiltered(wanted.q) : texts.noneAbout(wanted.q)}
      </Empty>
    );
  }
  const count = truncated ? texts.countSoFar : texts.count;
  return (
    <>
      <div className="search-summary">
        <output>{outdated || isFetching ? texts.searching : count(matches.length, groups.length)}</output>
        {changed && !isFetching && (
          <span className="search-changed">
            {texts.changed}{' '}
            <button type="button" className="link" onClick={() => void refetch()}>
              {texts.again}
            </button>
          </span>
        )}
      </div>
      <SearchResults groups={groups} list={list} outdated={outdated} onOpen={onOpen} />
      {truncated && !hasNextPage && <Note>{texts.partial}</Note>}
      {hasNextPage && (
        <Button kind="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {texts.more}
        </Button>
      )}
    </>
  );
}
