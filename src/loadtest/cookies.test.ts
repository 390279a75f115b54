import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createCookieJar } from './cookies.ts';

describe('a cookie jar', () => {
  it('has nothing to send at first', () => {
    assert.equal(createCookieJar().header(), '');
  });

  it('sends names and values, without attributes', () => {
    const jar = createCookieJar();
    jar.take(['sid=s%3Aabc.def=; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800', 'theme=dark']);
    assert.equal(jar.header(), 'sid=s%3Aabc.def=; theme=dark');
  });

  it('replaces a cookie of the same name', () => {
    const jar = createCookieJar();
    jar.take(['sid=one']);
    jar.take(['sid=two; Expires=Fri, 01 Jan 2100 00:00:00 GMT']);
    assert.equal(jar.header(), 'sid=two');
  });

  it('drops a cookie whose time is over', () => {
    const jar = createCookieJar();
    jar.take(['sid=one', 'theme=dark', 'other=1']);
    jar.take(['sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'theme=; max-age=0']);
    assert.equal(jar.header(), 'other=1');
  });

  it('ignores what is no cookie', () => {
    const jar = createCookieJar();
    jar.take(['', '=nothing', 'nothing']);
    assert.equal(jar.header(), '');
  });

  it('can begin with what another one holds, and goes on by itself', () => {
    const jar = createCookieJar();
    jar.take(['sid=one']);
    const other = createCookieJar(jar.entries());
    jar.take(['sid=; max-age=0']);
    assert.equal(other.header(), 'sid=one');
  });
});
