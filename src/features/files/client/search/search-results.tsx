import { type KeyboardEvent, type RefObject, useState } from 'react';
import { Icon } from '#ui/primitives/icon.tsx';
import { markHidden, markPath } from '#wire/hidden-characters.ts';
import { titleOf } from '../text.ts';
import { FileIcon } from '../tree/file-icon.tsx';
import { parentOf } from '../tree/paths.ts';
import { type FileMatches, type ShownMatch, splitLine } from './group-matches.ts';
import { texts } from './texts.ts';

interface SearchResultsProps {
  groups: readonly FileMatches[];
  list: RefObject<HTMLUListElement | null>;
  /** A newer search is running. */
  outdated: boolean;
  onOpen: (match: ShownMatch) => void;
}

/** Moves the focus among the files and matches by the arrow keys. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('button')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next = items[at + step];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}

export function SearchResults({ groups, list, outdated, onOpen }: SearchResultsProps) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const fold = (path: string) => {
    const next = new Set(folded);
    if (!next.delete(path)) next.add(path);
    setFolded(next);
  };
  return (
    <ul ref={list} className="search-results" aria-label={texts.results} data-outdated={outdated || undefined} onKeyDown={moveFocus}>
      {groups.map(({ path, matches }) => (
        <FileGroup key={path} path={path} matches={matches} folded={folded.has(path)} onFold={() => fold(path)} onOpen={onOpen} />
      ))}
    </ul>
  );
}

interface FileGroupProps extends FileMatches {
  folded: boolean;
  onFold: () => void;
  onOpen: (match: ShownMatch) => void;
}

function FileGroup({ path, matches, folded, onFold, onOpen }: FileGroupProps) {
  const title = markPath(path);
  return (
    <li className="search-file">
      <button type="button" className="search-file-head" aria-expanded={!folded} title={title} onClick={onFold}>
        <Icon name="chevron" />
        <FileIcon path={path} />
        <span className="truncate">
          <strong>{titleOf(path)}</strong> <span className="muted">{markPath(parentOf(path))}</span>
        </span>
        <span className="search-count numeric">{texts.inFile(matches.length)}</span>
      </button>
      {!folded && (
        <ol>
          {matches.map((match) => (
            <li key={`${match.line}:${match.column}`}>
              <MatchLine match={match} onOpen={() => onOpen(match)} />
            </li>
          ))}
        </ol>
      )}
    </li>
  );
}

function MatchLine({ match, onOpen }: { match: ShownMatch; onOpen: () => void }) {
  const { line, before, after, gap } = match;
  const [start, found, end] = splitLine(match);
  const around = before !== undefined;
  return (
    <button type="button" className="search-match" data-gap={gap || undefined} onClick={onOpen}>
      {before?.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have no other identity
        <Around key={index} line={line - (before.length - index)} text={text} />
      ))}
      <span className="search-number numeric">
        <span className="visually-hidden">{texts.line(line)}: </span>
        <span aria-hidden="true">{line}</span>
      </span>
      <span className="search-text">
        {around ? markHidden(match.text.slice(0, match.offset)) : markHidden(start)}
        <mark>{markHidden(found)}</mark>
        {markHidden(end)}
      </span>
      {after?.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have no other identity
        <Around key={index} line={line + 1 + index} text={text} />
      ))}
    </button>
  );
}

const Around = ({ line, text }: { line: number; text: string }) => (
  <>
    <span className="search-number numeric" aria-hidden="true">
      {line}
    </span>
    <span className="search-text search-around">{markHidden(text)}</span>
  </>
);
