/** Inputs of tool calls as models often send them: interpreted as intended, in one place for all tools. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { outsideTools } from './server/outside-tools.ts';
import { normalizeInput, toPath } from './server/own/normalize-input.ts';
import { ownTools } from './server/tools.ts';

const tools = ownTools({ files: {} as never, web: {} as never });
const find = (name: string) => {
  const tool = tools.find((each) => each.name === name);
  return tool ?? assert.fail(`no tool ${name}`);
};
const normalize = (name: string, input: unknown) => find(name).normalize(input);

describe('a path', () => {
  const paths: [sent: string, meant: string][] = [
    ['a.md', 'a.md'],
    ['./a', 'a'],
    ['/a', '/a'],
    ['/project/a', 'a'],
    ['/project/docs/a.md', 'docs/a.md'],
    ['/project/./a', 'a'],
    ['docs/', 'docs'],
    ['docs//a.md', 'docs/a.md'],
    ['docs/../a.md', 'a.md'],
    ['././a', 'a'],
    ['project/a', 'project/a'],
    ['/projects/a', '/projects/a'],
    ['.', ''],
    ['./', ''],
    ['/', ''],
    ['/project', ''],
    ['/project/', ''],
    ['', ''],
    ['../a', '../a'],
    ['a/../../b', '../b'],
    [' a ', ' a '],
    ['.github/x', '.github/x'],
    ['...', '...'],
  ];
  for (const [sent, meant] of paths) it(`“${sent}” is “${meant}”`, () => assert.equal(toPath(sent), meant));

  it('that leads out of the project is refused, as is the project where one file is meant', () => {
    for (const path of ['../a', '/project/../a', '/etc/passwd', '.', '/']) {
      const tool = find('read_file');
      assert.ok(tool.problemOf(tool.normalize({ path })), path);
    }
  });

  it('of the project itself is none where one may be left out', () => {
    for (const path of ['.', './', '/', '/project', '/project/', '', null]) assert.deepEqual(normalize('list_files', { path }), {});
  });

  it('is one in each tool that takes one, a pattern too', () => {
    const taken: [tool: string, sent: object, meant: object][] = [
      ['read_file', { path: './a' }, { path: 'a' }],
      ['write_file', { path: '/project/a', content: './a' }, { path: 'a', content: './a' }],
      ['edit_file', { path: './a', old: '/a', new: './b' }, { path: 'a', old: '/a', new: './b' }],
      ['move_file', { from: './a', to: '/project/b' }, { from: 'a', to: 'b' }],
      ['delete_file', { path: 'docs/' }, { path: 'docs' }],
      ['diff', { path: '/project' }, {}],
      ['search_files', { text: './a', glob: './src/**/*.ts' }, { text: './a', glob: 'src/**/*.ts' }],
      ['bash', { command: 'ls ./a' }, { command: 'ls ./a' }],
    ];
    for (const [tool, sent, meant] of taken) {
      assert.deepEqual(normalize(tool, sent), meant, tool);
      assert.equal(find(tool).problemOf(normalize(tool, sent)), undefined, tool);
    }
  });
});

describe('an input', () => {
  const wrapped: [what: string, sent: unknown][] = [
    ['as an object', { path: 'a', from: 2 }],
    ['as JSON', '{"path":"a","from":2}'],
    ['as JSON in JSON', JSON.stringify('{"path":"a","from":2}')],
    ['as JSON in JSON in JSON', JSON.stringify(JSON.stringify('{"path":"a","from":2}'))],
    ['as JSON in a block of Markdown', '```json\n{"path":"a","from":2}\n```'],
    ['with a number as text', { path: 'a', from: '2' }],
    ['with a number as text with space', { path: 'a', from: ' 2 ' }],
    ['with nothing as null', { path: 'a', from: 2, lines: null }],
    ['with a key too many', { path: 'a', from: 2, encoding: 'utf8', explanation: 'to see it' }],
    ['with the key of another product', { file_path: 'a', from: 2 }],
    ['with both keys', { path: 'a', file_path: 'b', from: 2 }],
    ['with all of it', JSON.stringify({ filename: './a', from: '2', lines: null, why: '' })],
  ];
  for (const [what, sent] of wrapped)
    it(`is understood ${what}`, () => assert.deepEqual(normalize('read_file', sent), { path: 'a', from: 2 }));

  it('that is nothing is none', () => {
    for (const nothing of [null, undefined, '', '  ', '{}', 'null', '""', {}]) {
      assert.deepEqual(normalize('list_files', nothing), {});
      assert.equal(find('list_files').problemOf(normalize('list_files', nothing)), undefined);
    }
  });

  it('that cannot be understood stays as it is, and the model is told', () => {
    for (const odd of ['(cut off)', '{"path": oh', 7, true, ['a'], { paths: 7 }, { path: 7.5, from: 'soon' }]) {
      const tool = find('read_file');
      assert.ok(tool.problemOf(tool.normalize(odd)), JSON.stringify(odd));
    }
  });

  it('has text where text is wanted, and yes or no where that is', () => {
    assert.deepEqual(normalize('write_file', { path: 'a', content: 5 }), { path: 'a', content: '5' });
    assert.deepEqual(normalize('write_file', { path: 'a', content: '{"a":1}' }), { path: 'a', content: '{"a":1}' });
    assert.deepEqual(normalize('search_files', { text: 'a', regex: 'True' }), { text: 'a', regex: true });
    assert.deepEqual(normalize('edit_file', { path: 'a', old_string: 'x', new_string: 'y', replace_all: 'false' }), {
      path: 'a',
      old: 'x',
      new: 'y',
      all: false,
    });
    assert.deepEqual(normalize('read_output', { output: 3.1, from: '0' }), { output: '3.1', from: 0 });
  });

  it('that is right stays just as it is', () => {
    const right: [tool: string, input: object][] = [
      ['write_file', { path: 'a', content: '' }],
      ['edit_file', { path: 'a', old: '1', new: 'null', all: true }],
      ['bash', { command: '"true"', timeout: 5 }],
      ['fetch_page', { url: 'https://example.com/' }],
    ];
    for (const [tool, input] of right) assert.deepEqual(normalize(tool, input), input);
    assert.equal(
      Object.hasOwn(normalize('write_file', JSON.parse('{"path":"a","content":"","__proto__":{"x":1}}')) as object, '__proto__'),
      false,
    );
  });
});

describe('an input of another server’s tool', () => {
  const schema = {
    type: 'object',
    properties: {
      id: { type: 'integer' },
      note: { type: ['string', 'null'] },
      title: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      tags: { type: 'array', items: { type: 'string' } },
      options: { type: 'object' },
      either: { type: ['string', 'number'] },
      path: { type: 'string' },
      any: {},
    },
    required: ['id'],
  };
  const [tool] = outsideTools([
    { name: 't', server: 'T', description: '', inputSchema: schema, call: (async () => ({ output: '' })) as never } as never,
  ]);

  it('is read by its own schema, and keeps what that does not name', () => {
    const sent = JSON.stringify({
      id: '7',
      note: null,
      title: null,
      tags: '["a"]',
      options: '{"x":1}',
      either: '7',
      path: './a',
      any: '7',
      more: '7',
    });
    assert.deepEqual(tool?.normalize(sent), {
      id: 7,
      note: null,
      title: null,
      tags: ['a'],
      options: { x: 1 },
      either: '7',
      path: './a',
      any: '7',
      more: '7',
    });
  });

  it('loses nothing that has a meaning there', () => {
    assert.deepEqual(normalizeInput({ a: null, file_path: 'x' }, { schema: {} }), { a: null, file_path: 'x' });
    assert.deepEqual(tool?.normalize({ id: null, tags: 'a, b', file_path: 'x' }), { id: null, tags: 'a, b', file_path: 'x' });
  });
});
