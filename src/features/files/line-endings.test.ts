import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keepLineEndings } from './line-endings.ts';

const keep = (before: string, after: string) => Buffer.from(keepLineEndings(Buffer.from(before), Buffer.from(after))).toString();

describe('line endings of a file that a tool writes anew', () => {
  for (const [what, before, after, expected] of [
    ['CRLF comes back', 'a\r\nb\r\n', 'a\nc\n', 'a\r\nc\r\n'],
    ['without one at the end', 'a\r\nb', 'a\nb\nc', 'a\r\nb\r\nc'],
    ['empty lines', 'a\r\n', '\n\na\n\n', '\r\n\r\na\r\n\r\n'],
    ['CRLF that was written as such stays', 'a\r\n', 'a\r\nb\r\n', 'a\r\nb\r\n'],
    ['LF stays', 'a\nb\n', 'a\nc\n', 'a\nc\n'],
    ['CRLF in a file with LF is meant', 'a\n', 'a\r\nb\r\n', 'a\r\nb\r\n'],
    ['a mixed file is left alone', 'a\r\nb\n', 'a\nc\n', 'a\nc\n'],
    ['a mixed new content is left alone', 'a\r\n', 'a\nb\r\n', 'a\nb\r\n'],
    ['a file of one line has no endings to keep', 'a', 'a\nb\n', 'a\nb\n'],
    ['nor has an empty one', '', 'a\n', 'a\n'],
    ['nothing to convert', 'a\r\n', 'a', 'a'],
    ['nothing at all', 'a\r\n', '', ''],
    ['a lone CR is no line ending', 'a\rb\r\n', 'a\rc\n', 'a\rc\r\n'],
    ['only lone CR', 'a\rb', 'a\nb\n', 'a\nb\n'],
    ['the byte order mark comes back', '\ufeffa\n', 'b\n', '\ufeffb\n'],
    ['not twice', '\ufeffa\n', '\ufeffb\n', '\ufeffb\n'],
    ['with CRLF', '\ufeffa\r\n', 'b\nc\n', '\ufeffb\r\nc\r\n'],
    ['none appears', 'a\n', 'b\n', 'b\n'],
    ['one that was written is meant', 'a\n', '\ufeffb\n', '\ufeffb\n'],
    ['beyond ASCII', 'ä\r\n', 'ö\n🙂\n', 'ö\r\n🙂\r\n'],
    ['what is not text', 'a\r\n\0', 'a\n', 'a\n'],
    ['what becomes no text', 'a\r\n', 'a\n\0', 'a\n\0'],
  ] as const)
    it(what, () => assert.equal(keep(before, after), expected));

  it('are found in 10 MB without delay', () => {
    const before = Buffer.from('line\r\n'.repeat(1_700_000));
    const after = Buffer.from('line\n'.repeat(2_000_000));
    assert.equal(keepLineEndings(before, after).length, 12_000_000);
  });
});
