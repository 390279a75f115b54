import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadColours } from './colour-code.ts';
import type { Block } from './document.ts';
import { loadMath } from './draw-math.ts';
import { resolvePath, slugOf } from './links.ts';
import { createMarkdownReader } from './read-markdown.ts';

const blocksOf = (text: string, read = createMarkdownReader()): Block[] => read(text).blocks.map(({ json }) => JSON.parse(json));
const jsonOf = (text: string): string => JSON.stringify(blocksOf(text));

describe('Markdown', () => {
  it('keeps link and footnote definitions, wherever they occur', () => {
    const text = 'See [the brief][b].[^1]\n\nAnd [B].\n\n[b]: https://example.com/x\n\n[^1]: the **note**.\n\n[^2]: alone';
    const [first, second, notes] = blocksOf(text);
    assert.match(JSON.stringify(first), /"href":"https:\/\/example.com\/x".*"type":"note","number":1/);
    assert.match(JSON.stringify(second), /"href":"https:\/\/example.com\/x","children":\["B"\]/);
    assert.equal(notes?.type === 'notes' && notes.notes.length, 2);
    assert.match(JSON.stringify(notes), /the note|"note"/);
  });

  it('does not strike through text between single tildes', () => {
    assert.doesNotMatch(jsonOf('~5 to ~10'), /delete/);
    assert.match(jsonOf('~~gone~~'), /delete/);
  });

  it('is bold next to Chinese, Japanese and Korean text', () => {
    for (const text of ['これは**「強調」**です', '**日本語。**です', '他说**“好”**吗', '**한국어(영어)**는'])
      assert.match(jsonOf(text), /strong/, text);
    assert.doesNotMatch(jsonOf('a**"b"**c'), /strong/);
  });

  it('has formulas between double dollars or escaped brackets, and none between single dollars', () => {
    for (const text of ['$$x^2$$', 'a \\(x\\) b', '\\[\na = b\n\\]', '$$\n- a\n= b\n$$', '> $$\n> x\n> $$'])
      assert.match(jsonOf(text), /"math"/, text);
    for (const text of ['$5 and $10', '`$$x$$`', '\\[link\\](u)', '$$ $$', 'costs $$', '```\n$$x$$\n```'])
      assert.doesNotMatch(jsonOf(text), /"math"/, text);
  });

  it('links to web pages and project files only, each decoded once', () => {
    assert.match(jsonOf('[plan](docs/my%2520plan.md)'), /"to":"docs\/my%20plan.md"/);
    assert.match(jsonOf('![pic](https://x.example/y.png)'), /"href":"https:\/\/x.example\/y.png"/);
    assert.match(jsonOf('![pic](../y.png?raw=1)'), /"type":"picture","to":"\.\.\/y\.png","alt":"pic"/);
    assert.match(jsonOf('[up](#first-steps)'), /"anchor":"first-steps"/);
    for (const url of ['javascript:alert(1)', 'data:text/html,x', '//evil.example', 'vbscript:x', 'a\\\\b'])
      for (const mark of ['', '!']) assert.doesNotMatch(jsonOf(`${mark}[x](${url})`), /"href"|"to"/, url);
  });

  it('resolves relative addresses within the project', () => {
    assert.equal(resolvePath('docs/guide', '../img/a.png'), 'docs/img/a.png');
    assert.equal(resolvePath('docs', './a.md'), 'docs/a.md');
    assert.equal(resolvePath('docs', '/a.md'), 'a.md');
    assert.equal(resolvePath('', 'a.md'), 'a.md');
    for (const to of ['../../a.md', '..', '.', 'guide/', '../x/../../y']) assert.equal(resolvePath('docs', to), undefined, to);
  });

  it('names headings as GitHub does', () => {
    assert.equal(slugOf('Getting started!'), 'getting-started');
    assert.equal(slugOf('2.1 Wörter_und `code`'), '21-wörter_und-code');
  });

  it('highlights code and renders formulas once those libraries are loaded', async () => {
    const text = '```python\nreturn "x"\n```\n\n$$x$$\n\n```sh\nls # all\n```\n\n```constructor\nx\n```';
    const read = createMarkdownReader();
    assert.deepEqual([...read(text).missing].sort(), ['math', 'python']);
    await Promise.all([loadMath(), loadColours('python')]);
    const { blocks, incomplete } = read(text);
    assert.equal(incomplete, false);
    assert.match(blocks[0]?.json ?? '', /\["keyword","return"\]/);
    assert.match(blocks[1]?.json ?? '', /"class":"katex"/);
    assert.match(blocks[2]?.json ?? '', /\["comment","# all"\]/);
    assert.equal(read('$$\\unknown{$$').blocks[0]?.json.includes('drawn'), false);
  });

  it('has the same result, whatever pieces it arrives in', () => {
    const text = '# A\n\n- a\n- b\n\n[x][y] text\n\n```js\nlet a;\n\nlet b;\n```\n\n[y]: https://example.com\n';
    const growing = createMarkdownReader();
    for (let end = 1; end <= text.length; end++) growing(text.slice(0, end));
    assert.deepEqual(blocksOf(text, growing), blocksOf(text));
  });

  it('is shown as written if it is too deep, too long or too large', () => {
    for (const text of [
      `${'*'.repeat(4000)}a${'*'.repeat(4000)}`,
      '>'.repeat(10_000),
      '['.repeat(50_000),
      `|a|b|\n|-|-|\n${'|1|2|\n'.repeat(50_000)}`,
      '<a '.repeat(20_000),
      'a*_ '.repeat(5000),
      Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth * 2)}- a`).join('\n'),
      'a'.repeat(300_000),
    ]) {
      const blocks = blocksOf(text);
      assert.ok(
        blocks.every(({ type }) => type === 'plain'),
        text.slice(0, 40),
      );
      const shown = blocks.map((block) => (block.type === 'plain' ? block.text : '')).join('');
      assert.ok(shown.replaceAll(/\s/g, '') === text.replaceAll(/\s/g, ''), text.slice(0, 40));
    }
    const refusing = createMarkdownReader(['slow']);
    assert.deepEqual(
      blocksOf('slow *and more*\n\n*fast*', refusing).map(({ type }) => type),
      ['plain', 'paragraph'],
    );
  });
});
