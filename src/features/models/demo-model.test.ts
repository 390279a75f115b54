import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readClock } from './server/demo-clock.ts';
import { help, readCommands, readSentence } from './server/demo-commands.ts';
import { createDemoModel } from './server/demo-model.ts';
import type { ModelMessage, ModelPart } from './server/model.ts';

const allTools = ['list_files', 'read_file', 'write_file', 'edit_file', 'move_file', 'delete_file', 'search_files', 'bash', 'fetch_page'];
const demo = createDemoModel({ pace: 0 });

async function ask(messages: ModelMessage[], names = allTools): Promise<{ text: string; call: ModelPart | undefined }> {
  const tools = names.map((name) => ({ name, description: '', inputSchema: {} }));
  const parts = await Array.fromAsync(demo({ instructions: '', messages, tools, signal: new AbortController().signal }));
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  return { text, call: parts.find(({ type }) => type === 'tool_call') };
}

/** Executes the model's calls on a made-up project, until it makes no more. */
async function converse(said: string, execute: (tool: string, input: Record<string, unknown>) => string | Error) {
  const messages: ModelMessage[] = [{ role: 'user', text: said }];
  const tools: string[] = [];
  for (let round = 0; round < 10; round++) {
    const { text, call } = await ask(messages);
    if (call?.type !== 'tool_call') return { text, tools };
    const { callId, tool, input } = call;
    tools.push(tool);
    const outcome = execute(tool, input as Record<string, unknown>);
    const ok = typeof outcome === 'string';
    messages.push({ role: 'assistant', text, calls: [{ callId, tool, input }] });
    messages.push({ role: 'tool', results: [{ callId, tool, output: ok ? outcome : outcome.message, ok }] });
  }
  return assert.fail('it never comes to an end');
}

describe('the demo model', () => {
  it('makes a plan first where the run has a goal, and ticks it off', async () => {
    const messages: ModelMessage[] = [{ role: 'user', text: 'list the files, then write a.md: x' }];
    const called: unknown[] = [];
    for (let round = 0; round < 6; round++) {
      const { text, call } = await ask(messages, [...allTools, 'update_plan']);
      if (call?.type !== 'tool_call') break;
      const { callId, tool, input } = call;
      called.push(tool === 'update_plan' ? (input as { steps: { status: string }[] }).steps.map(({ status }) => status) : tool);
      messages.push({ role: 'assistant', text, calls: [{ callId, tool, input }] });
      messages.push({ role: 'tool', results: [{ callId, tool, output: 'Done.', ok: true }] });
    }
    assert.deepEqual(called, [['open', 'open'], 'list_files', 'write_file', ['done', 'done']]);
  });

  const sentences: [string, string | undefined, unknown][] = [
    ['list the files', 'list_files', {}],
    ['Please list all files.', 'list_files', {}],
    ['what files are there?', 'list_files', {}],
    ['show the files', 'list_files', {}],
    ['read notes.md', 'read_file', { path: 'notes.md' }],
    ['Open the file src/a.ts.', 'read_file', { path: 'src/a.ts' }],
    ['write hello.md: # Hello: there', 'write_file', { path: 'hello.md', content: '# Hello: there\n' }],
    ['create a file `b.txt` with some words', 'write_file', { path: 'b.txt', content: 'some words\n' }],
    ['edit notes.md: replace "a b" by "c"', 'edit_file', { path: 'notes.md', old: 'a b', new: 'c' }],
    ['In `notes.md`, replace “old” with “it’s new”.', 'edit_file', { path: 'notes.md', old: 'old', new: 'it’s new' }],
    ['move a.md to b.md', 'move_file', { from: 'a.md', to: 'b.md' }],
    ['Rename the file src/a.ts to src/b.ts.', 'move_file', { from: 'src/a.ts', to: 'src/b.ts' }],
    ['delete a.md', 'delete_file', { path: 'a.md' }],
    ['remove the file `a.md`', 'delete_file', { path: 'a.md' }],
    ['run wc -l *.md | sort', 'bash', { command: 'wc -l *.md | sort' }],
    ['run `echo "a" > b.txt`.', 'bash', { command: 'echo "a" > b.txt' }],
    ['fetch https://example.com/a?b=c', 'fetch_page', { url: 'https://example.com/a?b=c' }],
    ['Read the page https://example.com.', 'fetch_page', { url: 'https://example.com' }],
    ['search for milk', 'search_files', { text: 'milk' }],
    ['What is the meaning of life?', undefined, undefined],
  ];
  for (const [sentence, tool, input] of sentences) {
    it(`understands “${sentence}” ${tool ? `as ${tool}` : 'not at all'}`, () => {
      const command = readSentence(sentence);
      assert.deepEqual([command?.tool, command?.input], [tool, input]);
    });
  }

  it('understands every sentence that its help names, each as another tool', () => {
    const named = [...help.matchAll(/^- `(.+)`$/gm)].map(([, sentence = '']) => sentence);
    const telling = named.filter((sentence) => readClock(sentence) !== undefined);
    const tools = named.filter((sentence) => !telling.includes(sentence)).map((sentence) => readSentence(sentence)?.tool);
    assert.equal(telling.length, 1);
    assert.deepEqual([...tools].sort(), [...allTools].sort());
  });

  it('takes several sentences one after the other', async () => {
    assert.deepEqual(
      readCommands('move a.md to b.md, then delete c.md then run ls\nfetch https://example.com').map((command) => command?.tool),
      ['move_file', 'delete_file', 'bash', 'fetch_page'],
    );
    const { tools, text } = await converse('write a.md: A then move a.md to b.md then delete b.md', () => 'Done.');
    assert.deepEqual(tools, ['write_file', 'move_file', 'delete_file']);
    assert.match(text, /`b\.md` is deleted/);
  });

  it('says plainly that it is no language model', async () => {
    const { text, call } = await ask([{ role: 'user', text: 'Write me a poem about the sea' }]);
    assert.match(text, /not a language model/);
    assert.equal(call, undefined);
  });

  it('reads a file first where the tool wants it read, and tries again', async () => {
    for (const said of ['write a.md: B', 'edit a.md: replace "A" by "B"', 'delete a.md']) {
      let read = false;
      const { tools, text } = await converse(said, (tool) => {
        if (tool === 'read_file') read = true;
        return read ? 'ok' : new Error('Read it first.');
      });
      assert.deepEqual(tools, [tools[0], 'read_file', tools[0]], said);
      assert.match(text, /^Done: /);
    }
  });

  it('stops at the first failure, and says why', async () => {
    const { tools, text } = await converse('move a.md to b.md then list the files', () => new Error('There is nothing at a.md.'));
    assert.deepEqual(tools, ['move_file']);
    assert.match(text, /That did not work: There is nothing at a\.md\.\n\nStopping here/);
    const twice = await converse('edit a.md: replace "A" by "B"', (tool) => (tool === 'read_file' ? 'C' : new Error('“A” is not in it.')));
    assert.deepEqual(twice.tools, ['edit_file', 'read_file', 'edit_file']);
    assert.match(twice.text, /Stopping here/);
  });

  it('says which tool it would need, where a run does not have it', async () => {
    const { text, call } = await ask([{ role: 'user', text: 'run ls' }], ['list_files']);
    assert.match(text, /need the tool `bash`, which this run does not have/);
    assert.equal(call, undefined);
  });

  it('shows its findings in a fence that nothing inside can close', async () => {
    const { text } = await converse('read a.md', () => '```js\n1\n```');
    assert.match(text, /^Here is what I found:\n\n````\n```js\n1\n```\n````$/);
  });
});
