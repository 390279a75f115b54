/** The find panel, in place of CodeMirror’s: the same commands, the product’s controls. */
import {
  closeSearchPanel,
  findNext,
  findPrevious,
  getSearchQuery,
  replaceAll,
  replaceNext,
  SearchQuery,
  search,
  setSearchQuery,
} from '@codemirror/search';
import type { Extension } from '@codemirror/state';
import { EditorView, type ViewUpdate } from '@codemirror/view';
import { type KeyboardEvent, useState } from 'react';
import { Button, IconButton } from '#ui/primitives/button.tsx';
import { PlainInput } from '../search/plain-input.tsx';
import { texts as searchTexts } from '../search/texts.ts';
import { Toggle } from '../search/toggle.tsx';
import { countMatches } from './count-matches.ts';
import { createPanel } from './panel.tsx';
import { texts } from './texts.ts';
import './find-panel.css';

const words = texts.find;

export const findPanel = (): Extension =>
  search({
    top: true,
    createPanel: (view) =>
      createPanel({
        className: 'find-panel',
        render: () => <FindPanel view={view} query={getSearchQuery(view.state)} />,
        concerns,
        focus: 'input',
      }),
    scrollToMatch: (range) => EditorView.scrollIntoView(range, { y: 'center' }),
  });

const concerns = ({ docChanged, selectionSet, transactions }: ViewUpdate): boolean =>
  docChanged || selectionSet || transactions.some(({ effects }) => effects.some((effect) => effect.is(setSearchQuery)));

type Changes = Partial<ConstructorParameters<typeof SearchQuery>[0]>;

interface RowProps {
  view: EditorView;
  query: SearchQuery;
  onChange: (changes: Changes) => void;
}

function FindPanel({ view, query }: { view: EditorView; query: SearchQuery }) {
  const [replacing, setReplacing] = useState(query.replace !== '');
  const editable = !view.state.readOnly;
  const onChange = (changes: Changes) => {
    const { search: text, caseSensitive, regexp, wholeWord, replace } = query;
    // Text is taken as it is: \n is a backslash and an n.
    const next = new SearchQuery({ search: text, caseSensitive, regexp, wholeWord, replace, literal: true, ...changes });
    view.dispatch({ effects: setSearchQuery.of(next) });
  };
  const row = { view, query, onChange };
  return (
    <search className="find" aria-label={words.panel} onKeyDown={(event) => onKeyDown(event, view)}>
      {editable && (
        <IconButton
          size="small"
          icon="chevron"
          label={replacing ? words.hideReplace : words.showReplace}
          aria-expanded={replacing}
          onClick={() => setReplacing(!replacing)}
        />
      )}
      <div className="find-rows">
        <FindRow {...row} />
        {replacing && editable && <ReplaceRow {...row} />}
      </div>
    </search>
  );
}

function close(view: EditorView): void {
  closeSearchPanel(view);
  view.focus();
}

function onKeyDown(event: KeyboardEvent, view: EditorView): void {
  if (event.key === 'Escape') close(view);
  else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) {
    if (event.target.name === 'replace') replaceNext(view);
    else (event.shiftKey ? findPrevious : findNext)(view);
  } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f') {
    event.currentTarget.querySelector<HTMLInputElement>('input')?.select();
  } else return;
  event.preventDefault();
}

function FindRow({ view, query, onChange }: RowProps) {
  const { caseSensitive, wholeWord, regexp, valid } = query;
  const { signs, matchCase, word, regex } = searchTexts;
  return (
    <div className="find-row">
      <div className="search-field" data-invalid={!valid && query.search !== '' ? true : undefined}>
        <PlainInput name="search" label={words.field} value={query.search} onChange={(text) => onChange({ search: text })} />
        <Toggle sign={signs.matchCase} label={matchCase} pressed={caseSensitive} onPress={(on) => onChange({ caseSensitive: on })} />
        <Toggle sign={signs.word} label={word} pressed={wholeWord} onPress={(on) => onChange({ wholeWord: on })} />
        <Toggle sign={signs.regex} label={regex} pressed={regexp} onPress={(on) => onChange({ regexp: on })} />
      </div>
      <span className="find-moves">
        <output className="find-count numeric">{describeCount(view, query)}</output>
        <IconButton size="small" icon="up" label={words.previous} disabled={!valid} onClick={() => findPrevious(view)} />
        <IconButton size="small" icon="down" label={words.next} disabled={!valid} onClick={() => findNext(view)} />
        <IconButton size="small" icon="close" label={words.close} onClick={() => close(view)} />
      </span>
    </div>
  );
}

function ReplaceRow({ view, query, onChange }: RowProps) {
  return (
    <div className="find-row">
      <div className="search-field">
        <PlainInput name="replace" label={words.replace} value={query.replace} onChange={(replace) => onChange({ replace })} />
      </div>
      <Button size="small" disabled={!query.valid} onClick={() => replaceNext(view)}>
        {words.replaceOne}
      </Button>
      <Button size="small" disabled={!query.valid} onClick={() => replaceAll(view)}>
        {words.replaceAll}
      </Button>
    </div>
  );
}

function describeCount({ state }: EditorView, query: SearchQuery): string {
  if (query.search === '') return '';
  if (!query.valid) return words.invalid;
  const { all, at, more } = countMatches(state, query);
  if (all === 0) return words.none;
  return more ? words.countSome(at, all) : words.count(at, all);
}
