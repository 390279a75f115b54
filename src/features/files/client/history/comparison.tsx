import { useId, useState } from 'react';
import { type FileDiff, readFile } from '#features/files/contract.ts';
import { compareStates } from '#features/files/history-contract.ts';
import { call } from '#ui/app/call.ts';
import { Button, IconButton } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import type { SingleFile } from '#ui/primitives/single-file-diff.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { urlOf } from '#wire/call.ts';
import { markPath } from '#wire/hidden-characters.ts';
import { DiffList } from '../diff-list.tsx';
import { FileVersions } from './file-versions.tsx';
import { useComparison } from './queries.ts';
import { texts } from './texts.ts';

/** A state that can be compared. */
export interface State {
  /** Number of a change; undefined: now. */
  at: number | undefined;
  name: string;
  /** “Before launch”, change 12 (1 hour ago). */
  inSentence: string;
}

interface ComparisonProps {
  projectId: string;
  from: number;
  to: number | undefined;
  /** Only this file, or what is in this folder. */
  path: string | undefined;
}

/** What differs between two states: of one file beside each other, of several as a list. */
export function Comparison({ projectId, from, to, path }: ComparisonProps) {
  const words = texts.compare;
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useComparison(projectId, { from, to, path });
  const files = data?.pages.flatMap((page) => page.files) ?? [];
  const [beside, setBeside] = useState<FileDiff>();
  const alone = files.length === 1 && files[0]?.path === path ? files[0] : undefined;
  const single = beside ?? (alone?.reason === undefined ? alone : undefined);
  if (isPending) return <Waiting what={words.comparing} />;
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (files.length === 0) {
    return (
      <Empty icon="check" title={words.same}>
        {words.sameAbout}
      </Empty>
    );
  }
  if (single) {
    return (
      <>
        {beside && (
          <div className="history-bar">
            <Button size="small" kind="quiet" onClick={() => setBeside(undefined)}>
              {words.back}
            </Button>
            <span className="truncate">{markPath(beside.path)}</span>
          </div>
        )}
        <FileVersions projectId={projectId} path={single.path} from={from} to={to} version={single.after} />
      </>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable element must be reachable by keyboard
    <section className="changed-files" aria-label={words.title} tabIndex={0}>
      <p className="history-count">{words.changed(files.length, hasNextPage)}</p>
      <DiffList files={files} alone={(file) => aloneOf(projectId, file, from, to)} onBeside={setBeside} />
      {hasNextPage && (
        <Button size="small" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {words.moreFiles}
        </Button>
      )}
    </section>
  );
}

function aloneOf(projectId: string, { path, before, after }: FileDiff, from: number, to: number | undefined): SingleFile {
  const params = { projectId };
  const address = (at: number | undefined) => urlOf(readFile, { params, query: at === undefined ? { path } : { path, at } });
  return {
    load: async () => (await call(compareStates, { params, query: { from, to, path } })).body.files[0]?.diff ?? null,
    before: before === null ? undefined : address(from),
    after: after === null ? undefined : address(to),
  };
}

interface StatesProps {
  from: number;
  to: number | undefined;
  /** Newest first. */
  states: readonly State[];
  onChange: (from: number, to: number | undefined) => void;
}

/** Chooses the two states. */
export function States({ from, to, states, onChange }: StatesProps) {
  const words = texts.compare;
  const read = (value: string) => (value === '' ? undefined : Number(value));
  const swap = () => to !== undefined && onChange(to, from);
  const id = useId();
  return (
    <div className="compare-states">
      <label htmlFor={`${id}-from`}>{words.from}</label>
      <select id={`${id}-from`} className="select" value={from} onChange={(event) => onChange(Number(event.target.value), to)}>
        <Options
          states={[...states.filter(({ at }) => at !== undefined), { at: 0, name: texts.start, inSentence: texts.start }]}
          also={from}
        />
      </select>
      <IconButton size="small" icon="swap" label={words.swap} disabled={to === undefined || to === 0} onClick={swap} />
      <label htmlFor={`${id}-to`}>{words.to}</label>
      <select id={`${id}-to`} className="select" value={to ?? ''} onChange={(event) => onChange(from, read(event.target.value))}>
        <Options states={states} also={to} />
      </select>
    </div>
  );
}

function Options({ states, also }: { states: readonly State[]; also: number | undefined }) {
  const all =
    states.some(({ at }) => at === also) || also === undefined
      ? states
      : [...states, { at: also, name: texts.number(also), inSentence: texts.number(also) }];
  return all.map(({ at, name }) => (
    <option key={at ?? 'now'} value={at ?? ''}>
      {name}
    </option>
  ));
}
