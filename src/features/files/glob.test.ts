import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileGlob, compilePath, InvalidGlob, matchesName, matchesPath } from './glob.ts';

type Case = [pattern: string, path: string, matches: boolean];
const say = ([pattern, path, matches]: Case) => `${pattern} ${matches ? 'names' : 'does not name'} ${path}`;

/** Cases shared by stored patterns and search globs. */
const both: Case[] = [
  ['docs/**', 'docs/a/b.md', true],
  ['docs/**', 'docs', false],
  ['docs/', 'docs/a/b.md', true],
  ['docs/*', 'docs/a/b.md', false],
  ['*.md', 'a/b.md', true],
  ['/*.md', 'a/b.md', false],
  ['/*.md', 'b.md', true],
  ['a/**/b', 'a/b', true],
  ['a/**/b', 'a/x/y/b', true],
  ['a/**/b', 'a/xb', false],
  ['**/secret/*.key', 'x/y/secret/a.key', true],
  ['**/secret/*.key', 'xsecret/a.key', false],
  ['?.md', 'ab.md', false],
  ['a.c', 'abc', false],
  ['**', 'a/b', true],
  // As written by macOS, and like the paths of a project.
  ['cafe\u0301/', 'caf\u00e9/a.md', true],
  [`${'*/'.repeat(40)}a.md`, `${'x/'.repeat(40)}a.md`, true],
  [`${'*/'.repeat(40)}a.md`, `${'x/'.repeat(39)}a.md`, false],
  ['**/', 'a/b', true],
  ['/a', 'a', true],
  ['/a', 'b/a', false],
  ['a**/b', 'ax/b', true],
  ['a**/b', 'a/b', true],
  ['a***', 'a/b', true],
  ['a?c', 'a/c', false],
  ['a?c', 'a😀c', true],
  ['a+b.c', 'x/a+b.c', true],
];

/** Braces and brackets, which a stored pattern takes literally. */
const globs: Case[] = [
  ['/*.{ts,tsx}', 'a.tsx', true],
  ['/*.{ts,tsx}', 'a.md', false],
  ['{src,test/**}/*.ts', 'test/x/y/a.ts', true],
  ['{src,test/**}/*.ts', 'src/x/a.ts', false],
  ['{a,b{c,d}}.md', 'x/bd.md', true],
  ['{a,b{c,d}}.md', 'b.md', false],
  ['{,un}done', 'undone', true],
  ['{,un}done', 'done', true],
  ['a{b', 'ab', true],
  ['a}b,c', 'a}b,c', true],
  ['[a-b].t?', 'src/b.ts', true],
  ['[a-b].t?', 'c.ts', false],
  ['[!a]?ts', 'b.ts', true],
  ['[^a]?ts', 'a.ts', false],
  ['x[!a]y', 'x/y', false],
  ['x[+-0]y', 'x/y', false],
  ['[]a]', ']', true],
  ['[a-]', '-', true],
  ['[é]', 'é', true],
  ['[', '[', true],
  ['src/[x].ts', 'src/x.ts', true],
];
const stored: Case[] = [
  ['src/[id].ts', 'src/[id].ts', true],
  ['src/[id].ts', 'src/i.ts', false],
  ['a.{ts,tsx}', 'a.{ts,tsx}', true],
  ['a.{ts,tsx}', 'a.ts', false],
];

describe('a stored pattern', () => {
  for (const one of [...both, ...stored]) it(say(one), () => assert.equal(matchesPath(one[0], one[1]), one[2]));

  it('with catastrophic backtracking elsewhere takes a moment', () =>
    assert.equal(matchesPath('*a'.repeat(100), `${'a'.repeat(4000)}b`), false));

  it('for names matches the whole name', () => {
    assert.ok(matchesName('git__*', 'git__push') && matchesName('*', 'bash') && matchesName('b?sh', 'bash'));
    assert.ok(!matchesName('git', 'git__push') && !matchesName('*push', 'push__x'));
  });
});

describe('a glob', () => {
  for (const one of [...both, ...globs]) it(say(one), () => assert.equal(compileGlob(one[0])(one[1]), one[2]));

  it('matches what a stored pattern matches, without braces or brackets', () => {
    const parts = ['a', 'b', '.md', '*', '**', '?', '/', '**/', 'e\u0301'];
    const patterns = parts.flatMap((one) => parts.flatMap((two) => parts.map((three) => one + two + three)));
    const paths = ['a', 'b/a', 'a/b', 'a.md', 'x/y/a.md', 'é', 'a/é/b', 'ab', 'x/aéb'];
    for (const pattern of patterns) {
      const [glob, path] = [compileGlob(pattern), compilePath(pattern)];
      for (const each of paths) assert.equal(glob(each), path(each), `${pattern} and ${each}`);
    }
  });

  it('that matches nothing or expands too far is rejected with a sentence', () => {
    const because = (message: RegExp) => (error: Error) => error instanceof InvalidGlob && message.test(error.message);
    assert.throws(() => compileGlob('[z-a]'), because(/^z-a in \[z-a\] is a range whose end comes before its beginning/));
    assert.throws(() => compileGlob('a[]'), because(/^\[\] names no character/));
    assert.throws(() => compileGlob('{a,b}'.repeat(40)), because(/^It expands to too many patterns/));
  });
});
