import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findTexts } from '../scripts/check-texts.ts';

const textsOf = (source: string): string[] => findTexts('example.tsx', source).map(({ text }) => text);

describe('the check of texts', () => {
  it('finds words in JSX and in what names an element, with their line', () => {
    assert.deepEqual(findTexts('example.tsx', '<p title="open">\n  {n}\n  of <b>{busy ? "many" : all}</b>\n</p>'), [
      { line: 1, text: 'open' },
      { line: 3, text: 'of' },
      { line: 3, text: 'many' },
    ]);
    assert.deepEqual(textsOf('<Menu items={[{ label: "rename", icon: "pencil" }]} />'), ['rename']);
  });

  it('finds strings anywhere that read like a text', () => {
    const filledIn = 'const left = (n: number) => `$' + '{n} files`;';
    assert.deepEqual(textsOf(`${filledIn} const done = { any: "Done" }; showToast("It is saved.");`), ['… files', 'Done', 'It is saved.']);
  });

  it('leaves alone what only code reads', () => {
    assert.deepEqual(
      textsOf(`import { a } from './Some File.ts';
        const next = key === 'Escape' ? 'primary' : texts.save;
        if (!root) throw new Error('The page has no root.');
        const key = <code>npm test</code>;
        const view = <p className="menu item" id={\`\${id} list\`} aria-label={texts.label} data-kind={kind === 'Any kind' ? '' : undefined} />;`),
      [],
    );
  });
});
