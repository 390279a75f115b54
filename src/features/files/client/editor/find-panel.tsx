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

function FindPanel({ view, query }: { view: EditorView; query: SearchQuery }) {
  const [replacing, setReplacing] = useState(query.replace !== '');
  const readOnly = view.state.readOnly;
  const set = (changes: Partial<ConstructorParameters<typeof SearchQuery>[0]>) => {
    const { search: text, caseSensitive, regexp, wholeWord, replace } = query;
    // Text is taken as it is: \n is a backslash and an n.
    const next = new SearchQuery({ search: text, caseSensitive, regexp, wholeWord, replace, literal: true, ...changes });
    view.dispatch({ effects: setSearchQuery.of(next) });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      closeSearchPanel(view);
      view.focus();
    } else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) {
      if (event.target.name === 'replace') replaceNext(view);
      else (event.shiftKey ? findPrevious : findNext)(view);
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f') {
      event.currentTarget.querySelector<HTMLInputElement>('input')?.select();
    } else return;
    event.preventDefault();
  };
  return (
    <search className="find" aria-label={words.panel} onKeyDown={onKeyDown}>
      {!readOnly && (
        <IconButton
          size="small"
          icon="chevron"
          label={replacing ? words.hideReplace : words.showReplace}
          aria-expanded={replacing}
          onClick={() => setReplacing(!replacing)}
        />
      )}
      <div className="find-rows">
        <div className="find-row">
          <div className="search-field" data-invalid={!query.valid && query.search !== '' ? true : undefined}>
            <input
              type="text"
              name="search"
              aria-label={words.field}
              placeholder={words.field}
              value={query.search}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              onChange={(event) => set({ search: event.target.value })}
            />
            <Toggle
              sign={searchTexts.signs.matchCase}
              label={searchTexts.matchCase}
              pressed={query.caseSensitive}
              onPress={(caseSensitive) => set({ caseSensitive })}
            />
            <Toggle
              sign={searchTexts.signs.word}
              label={searchTexts.word}
              pressed={query.wholeWord}
              onPress={(wholeWord) => set({ wholeWord })}
            />
            <Toggle sign={searchTexts.signs.regex} label={searchTexts.regex} pressed={query.regexp} onPress={(regexp) => set({ regexp })} />
          </div>
          <span className="find-moves">
            <output className="find-count numeric">{describeCount(view, query)}</output>
            <IconButton size="small" icon="up" label={words.previous} disabled={!query.valid} onClick={() => findPrevious(view)} />
            <IconButton size="small" icon="down" label={words.next} disabled={!query.valid} onClick={() => findNext(view)} />
            <IconButton
              size="small"
              icon="close"
              label={words.close}
              onClick={() => {
                closeSearchPanel(view);
                view.focus();
              }}
            />
          </span>
        </div>
        {replacing && !readOnly && (
          <div className="find-row">
            <div className="search-field">
              <input
                type="text"
                name="replace"
                aria-label={words.replace}
                placeholder={words.replace}
                value={query.replace}
                autoComplete="off"
                autoCapitalize="off"
                spellCheck={false}
                onChange={(event) => set({ replace: event.target.value })}
              />
            </div>
            <Button size="small" disabled={!query.valid} onClick={() => replaceNext(view)}>
              {words.replaceOne}
            </Button>
            <Button size="small" disabled={!query.valid} onClick={() => replaceAll(view)}>
              {words.replaceAll}
            </Button>
          </div>
        )}
      </div>
    </search>
  );
}

function describeCount({ state }: EditorView, query: SearchQuery): string {
  if (query.search === '') return '';
  if (!query.valid) return words.invalid;
  const { all, at, more } = countMatches(state, query);
  if (all === 0) return words.none;
  return more ? words.countSome(at, all) : words.count(at, all);
}
