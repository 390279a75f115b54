/** Whatever the matcher finds in a text, the conditions for PostgreSQL let through. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { RE2JS } from 're2js';
import { createTestDatabase, query } from '../../../../test/harness/database.ts';
import { type Filter, filterOf } from '../server/search/filter.ts';
import { fold } from '../server/search/fold.ts';
import { createMatcher } from '../server/search/matcher.ts';
import { createPace } from '../server/search/pace.ts';
import { requiredLiterals } from '../server/search/required-literals.ts';
import type { Wanted } from '../server/search/wanted.ts';

let databaseUrl: string;
before(async () => {
  databaseUrl = await createTestDatabase();
});

const pace = createPace(600_000, new AbortController().signal);

type Checked = [text: string, operator: 'like' | 'regex', pattern: string];

/** What PostgreSQL is asked about a text. */
function conditionsOf({ indexed, exact, pattern }: Filter, text: string): Checked[] {
  const patterns = (indexed?.patterns ?? []).map((each): Checked => [text, indexed?.operator ?? 'like', each ?? '']);
  const contained = exact === null ? [] : [[text, 'like', `%${exact.replace(/[\\%_]/g, '\\$&')}%`] as Checked];
  return [...patterns, ...contained, ...(pattern === null ? [] : [[text, 'regex', pattern] as Checked])];
}

/** Asks PostgreSQL. */
async function requireAll(checked: readonly Checked[]): Promise<void> {
  const failed = await query(
    databaseUrl,
    `select * from unnest($1::text[], $2::text[], $3::text[]) as c (text, operator, pattern)
     where not case operator when 'like' then text collate "C" like pattern else text collate "C" ~ pattern end`,
    [0, 1, 2].map((column) => checked.map((each) => each[column])),
  );
  assert.deepEqual(failed, []);
}

/** The same numbers in each run. */
function createRandom(seed: number) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const below = (count: number) => Math.floor(next() * count);
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  return { below, pick };
}
type Random = ReturnType<typeof createRandom>;

/** A random expression, and a text it matches, at least without regard to assertions. */
function randomPattern({ below, pick }: Random, depth = 3): { source: string; text: string } {
  const atoms: (() => { source: string; text: string })[] = [
    () => same(pick(['a', 'k', 's', 'foo', 'task', 'class', 'K', 'S', 'é', 'я', 'Я', 'ſ', '\u212a', '日本', '_', '-'])),
    () => ({ source: pick(['\\d', '[0-9]', '\\pN', '[[:digit:]]', '[^a-z]']), text: '7' }),
    () => ({ source: pick(['.', '\\w', '[a-z]', '[xk]', '[sS]', '\\S', '[\\]a-z]', '[^]7]']), text: pick(['k', 's']) }),
    () => ({ source: pick(['\\.', '\\(', '\\x41', '\\x{43}', '\\t', '\\|', '\\]']), text: '' }),
    () => ({ source: pick(['^', '$', '\\b', '(?:)', '']), text: '' }),
    () => ({ source: '(?i)x', text: 'X' }),
  ];
  const escapes: Record<string, string> = { '\\.': '.', '\\(': '(', '\\x41': 'A', '\\x{43}': 'C', '\\t': '\t', '\\|': '|', '\\]': ']' };
  if (depth === 0 || below(4) === 0) {
    const atom = pick(atoms)();
    return { source: atom.source, text: escapes[atom.source] ?? atom.text };
  }
  const parts = Array.from({ length: 1 + below(3) }, () => randomPattern({ below, pick }, depth - 1));
  const [first] = parts as [(typeof parts)[0]];
  const group = `${pick(['(', '(?:', '(?P<n>', '(?i:', '(?s-i:'])}${first.source})`.replace('?P<n>', below(2) ? '?:' : '');
  const count = below(3);
  const forms = [
    () => ({ source: parts.map(({ source }) => source).join(''), text: parts.map(({ text }) => text).join('') }),
    () => ({ source: `(?:${parts.map(({ source }) => source).join('|')})`, text: pick(parts).text }),
    () => ({ source: `${group}*`, text: first.text.repeat(count) }),
    () => ({ source: `${group}?`, text: first.text.repeat(below(2)) }),
    () => ({ source: `${group}+${pick(['', '?'])}`, text: first.text.repeat(count + 1) }),
    () => ({ source: `${group}{2,3}`, text: first.text.repeat(2) }),
    () => ({ source: `${group}{0,2}`, text: first.text.repeat(count) }),
    () => ({ source: `${group}{2}`, text: first.text.repeat(2) }),
    () => ({ source: `a{,2}${group}`, text: `a{,2}${first.text}` }),
  ];
  return pick(forms)();
}
const same = (text: string) => ({ source: text, text });

const changeCase = ({ below }: Random, text: string) =>
  [...text].map((character) => (below(3) === 0 ? character.toUpperCase() : character)).join('');

describe('the conditions for PostgreSQL', () => {
  it('lose no match of random regular expressions', async () => {
    const random = createRandom(14);
    let matched = 0;
    const checked: Checked[] = [];
    for (let round = 0; round < 6000; round++) {
      const { source, text } = randomPattern(random);
      const wanted: Wanted = { text: source, regex: true, matchCase: random.below(2) === 0, word: random.below(4) === 0 };
      const isValid = source !== '' && isCompiled(source, wanted);
      if (!isValid) continue;
      const filter = filterOf(wanted);
      for (const line of [text, changeCase(random, text), `x ${text} y`, text.replace(/k/gi, '\u212a').replace(/s/gi, '\u017f')]) {
        const hit = await (await createMatcher(wanted, pace))(line)(0);
        if (!hit) continue;
        matched++;
        checked.push(...conditionsOf(filter, line));
      }
    }
    assert.ok(matched > 4000 && checked.length > 1000, `${matched} matched, with ${checked.length} conditions`);
    await requireAll(checked);
  });

  it('lose no match of random texts', async () => {
    const random = createRandom(41);
    const checked: Checked[] = [];
    const characters = [...'aAkKsSiIzß. _0éÉяЯσςΣİıſ\u212aÅ\u212b日🎉ǅǆǄ\\[]()*+?{}|^$%'];
    for (let round = 0; round < 3000; round++) {
      const line = Array.from({ length: 12 }, () => random.pick(characters)).join('');
      const start = random.below(8);
      const part = changeCase(random, [...line].slice(start, start + 1 + random.below(5)).join(''));
      const wanted: Wanted = { text: part, matchCase: random.below(3) === 0 };
      const hit = await (await createMatcher(wanted, pace))(line)(0);
      if (hit) checked.push(...conditionsOf(filterOf(wanted), line));
    }
    await requireAll(checked);
  });

  it('name what every match contains', () => {
    const cases: [string, ...string[][]][] = [
      ['foo', ['foo']],
      ['foo.*bar', ['foo'], ['bar']],
      ['fo+bar', ['fo'], ['obar']],
      ['foo?bar', ['fo'], ['bar']],
      ['foo|bar', ['foo', 'bar']],
      ['(foo|ba[rz])qux', ['fooqux', 'barqux', 'bazqux']],
      ['^\\s*import\\s+(\\w+)\\s+from', ['import'], ['from']],
      ['function\\s+\\w+Grant', ['function'], ['Grant']],
      ['(?:abc){2,5}d', ['abc'], ['abcd']],
      ['a(bcd)*e', ['a'], ['e']],
      ['foo|.*', ...[]],
      ['\\d{4}-\\d{2}', ['-']],
      ['\\Qa.b\\E', ...[]],
      ['a\\.b\\x41', ['a.bA']],
      ['[[:alpha:]]foo[^]]bar', ['foo'], ['bar']],
    ];
    for (const [source, ...groups] of cases) assert.deepEqual(requiredLiterals(source), groups, source);
  });
});

const isCompiled = (source: string, { matchCase = true }: Wanted): boolean => {
  try {
    return RE2JS.compile(source, matchCase ? 0 : RE2JS.CASE_INSENSITIVE).programSize() <= 500;
  } catch {
    return false;
  }
};

describe('case folding', () => {
  it('keeps the length, and takes no other letter for one of ASCII', () => {
    for (let code = 0; code <= 0x10ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const character = String.fromCodePoint(code);
      const folded = fold(character);
      assert.equal(folded.length, character.length, character);
      if (code > 0x7f) assert.ok(folded > '\x7f', character);
    }
  });

  it('does not depend on what stands beside a letter', () => {
    const random = createRandom(7);
    const characters = [...'ΑΣς. İI\u0307σaäÄẞß'];
    for (let round = 0; round < 2000; round++) {
      const text = Array.from({ length: 6 }, () => random.pick(characters)).join('');
      assert.equal(fold(text), [...text].map(fold).join(''));
    }
  });
});
