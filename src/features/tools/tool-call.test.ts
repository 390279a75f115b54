import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lastLines, nameTool, summarise } from './client/tool-call.ts';

describe('a tool call in words', () => {
  it('has a readable name, whichever server its tool is from', () => {
    assert.equal(nameTool({ tool: 'write_file' }), 'Write');
    assert.equal(nameTool({ tool: 'make_coffee' }), 'Make coffee');
    assert.equal(nameTool({ tool: 'post__send_letter', server: 'Post' }), 'Send letter');
    assert.equal(nameTool({ tool: 'post__read_file', server: 'Post' }), 'Read file');
    assert.equal(nameTool({ tool: '__', server: 'Post' }), '__');
    // A model may call a tool that does not exist, including names that every object has.
    for (const tool of ['constructor', 'toString', 'hasOwnProperty', '__proto__']) assert.equal(typeof nameTool({ tool }), 'string');
  });

  it('says what it is about', () => {
    assert.equal(summarise({ content: 'text', path: 'a.md' }), 'a.md');
    assert.equal(summarise({ from: 'a.md', to: 'b.md' }), 'a.md → b.md');
    assert.equal(summarise({ command: 'ls\nwc' }), 'ls');
    assert.equal(summarise({ to: 'Charles' }), 'Charles');
    assert.equal(summarise({ lines: 3 }), '');
    assert.equal(summarise('no JSON'), 'no JSON');
    assert.equal(summarise(undefined), '');
    assert.equal(summarise(null), '');
  });
});

describe('the end of a text that grows', () => {
  it('is its last lines', () => {
    assert.equal(lastLines('a\nb\nc', 2), 'b\nc');
    assert.equal(lastLines('a\nb\nc\n', 2), 'c\n');
    assert.equal(lastLines('a\nb', 5), 'a\nb');
    assert.equal(lastLines('\na', 5), '\na');
    assert.equal(lastLines('', 3), '');
  });
});
