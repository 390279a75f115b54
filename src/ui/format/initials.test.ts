import assert from 'node:assert/strict';
import { it } from 'node:test';
import { initialsOf } from './initials.ts';

it('initials are those of the first and the last word, whatever the script', () => {
  const names = {
    'Ada Lovelace': 'AL',
    'ada byron king lovelace': 'AL',
    Plato: 'P',
    'Élodie  d’Arc': 'ÉD',
    'E\u0301lodie Zola': 'E\u0301Z',
    '张 伟': '张伟',
    '👩‍🚀 Mae': '👩‍🚀M',
    '(Bob) "Rob" Smith': 'BS',
    '\u202eAda \u200bLovelace': 'AL',
    '…': '',
    '': '',
  };
  for (const [name, initials] of Object.entries(names)) assert.equal(initialsOf(name), initials, name);
});
