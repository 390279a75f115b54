import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isTypedName, markHidden, markName, markPath, nameProblem, withoutHidden } from './hidden-characters.ts';

/** Nothing in these is hidden, though some contain characters that are hidden elsewhere. */
const honest = [
  'report.pdf',
  'Zoë, e\u0301, Ünï',
  'שלום',
  'سلام',
  '山田　太郎',
  'می\u200cخواهم',
  'क्\u200dष',
  '葛\u{e0100}',
  'ᠠ\u180b',
  '👩\u200d💻',
  '👩🏽\u200d🤝\u200d👨🏻',
  '👁️\u200d🗨️',
  '🏳️\u200d🌈',
  '🇩🇪',
  '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}',
  '1️⃣',
  '❤️',
];

describe('hidden characters', () => {
  it('are marked by their numbers, wherever they stand', () => {
    for (const [text, marked] of [
      ['if (isAdmin\u202e \u2066) {', 'if (isAdmin⟨U+202E⟩ ⟨U+2066⟩) {'],
      ['report_\u202efdp.sh', 'report_⟨U+202E⟩fdp.sh'],
      ['a\u200bb\u2060c\ufeffd', 'a⟨U+200B⟩b⟨U+2060⟩c⟨U+FEFF⟩d'],
      ['pay\u200dpal', 'pay⟨U+200D⟩pal'],
      ['rm\u200c -rf', 'rm⟨U+200C⟩ -rf'],
      ['so\u00adft', 'so⟨U+00AD⟩ft'],
      ['\u3164', '⟨U+3164⟩'],
      ['x\u{e0041}\u{e0042}', 'x⟨U+E0041⟩⟨U+E0042⟩'],
      ['a\ufe0fb', 'a⟨U+FE0F⟩b'],
      ['🙂\ufe0f\u{e0100}', '🙂\ufe0f⟨U+E0100⟩'],
      ['bell \x07', 'bell ⟨U+0007⟩'],
      ['a\u2028b', 'a⟨U+2028⟩b'],
      // Renders like a plain black flag.
      ['🏴\u{e0075}\u{e0073}\u{e0063}\u{e0061}\u{e007f}', '🏴⟨U+E0075⟩⟨U+E0073⟩⟨U+E0063⟩⟨U+E0061⟩⟨U+E007F⟩'],
    ] as const) {
      assert.equal(markHidden(text), marked);
      assert.equal(markHidden(marked), marked);
    }
  });

  it('are not what a script or an emoji needs, nor line breaks and blanks of a text', () => {
    for (const text of [...honest, 'a\tb\nc\r\n', 'n°\u00a05 ']) assert.equal(markHidden(text), text);
  });

  it('of a name are its odd blanks, too', () => {
    for (const text of honest) assert.equal(markName(text), text);
    assert.equal(markName('AGENTS.md '), 'AGENTS.md⟨U+0020⟩');
    assert.equal(markName(' a  b'), '⟨U+0020⟩a ⟨U+0020⟩b');
    assert.equal(markName('a\u00a0b\nc'), 'a⟨U+00A0⟩b⟨U+000A⟩c');
    assert.equal(markPath('docs /my notes.md'), 'docs⟨U+0020⟩/my notes.md');
  });

  it('are refused in new names, each with its number', () => {
    for (const [name, problem] of [
      ['a\u202eb', { kind: 'direction', character: 'U+202E' }],
      ['a\u2066b\u2069', { kind: 'direction', character: 'U+2066' }],
      ['a\u200eb', { kind: 'direction', character: 'U+200E' }],
      ['\u200b', { kind: 'invisible', character: 'U+200B' }],
      ['\ufeffa', { kind: 'invisible', character: 'U+FEFF' }],
      ['a\u2060', { kind: 'invisible', character: 'U+2060' }],
      ['\u3164', { kind: 'invisible', character: 'U+3164' }],
      ['a\u200d', { kind: 'invisible', character: 'U+200D' }],
      ['AGENTS\u200c.md', { kind: 'invisible', character: 'U+200C' }],
      ['x\u{e0041}', { kind: 'invisible', character: 'U+E0041' }],
      ['a\tb', { kind: 'invisible', character: 'U+0009' }],
      [' a', { kind: 'blank' }],
      ['a\u00a0', { kind: 'blank' }],
      ['\u2800', { kind: 'blank' }],
    ] as const)
      assert.deepEqual(nameProblem(name), problem, JSON.stringify(name));
  });

  it('that join letters and emoji, or make a flag, are allowed in new names', () => {
    for (const name of [...honest, 'pay\u200dpal', '🏴\u{e0075}\u{e0073}\u{e0063}\u{e0061}\u{e007f}', 'a b'])
      assert.equal(nameProblem(name), undefined, name);
  });

  it('are left out of a name that is made from a text', () => {
    assert.equal(withoutHidden(' \u202eTidy\u200b up👩\u200d💻 '), 'Tidy up👩\u200d💻');
    assert.equal(nameProblem(withoutHidden('a\u200d')), undefined);
  });

  it('need not be typed by who confirms a name', () => {
    assert.ok(isTypedName(' Web site', 'Web\u200b site '));
    assert.ok(isTypedName('Web⟨U+200B⟩ site', 'Web\u200b site'));
    assert.ok(isTypedName('⟨U+200B⟩', '\u200b'));
    assert.ok(!isTypedName('', '\u200b'));
    assert.ok(!isTypedName('Website', 'Web site'));
  });

  it('are found in the time of the text, however many there are', () => {
    const [plain, hidden] = ['a'.repeat(1e6), 'a\u200d'.repeat(5e5)];
    assert.equal(markHidden(plain), plain);
    assert.equal(markHidden(hidden).length, 5e5 * 9);
    assert.equal(nameProblem('👩\u200d'.repeat(5e5))?.kind, 'invisible');
  });
});
