import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findServerTexts } from '../scripts/check-server-texts.ts';

const problemsOf = (source: string): string[] => findServerTexts('example.ts', source).map(({ problem }) => problem);

describe('the check of texts that the server sends', () => {
  it('finds words that a problem or a schema is given, with their line', () => {
    assert.deepEqual(findServerTexts('example.ts', "const a = 1;\nthrow conflict('name_taken', 'already taken');"), [
      { line: 2, problem: 'says “already taken”' },
    ]);
    assert.deepEqual(problemsOf("throw invalid([{ path: 'to', message: late ? 'too late' : texts.early }]);"), ['says “too late”']);
    assert.deepEqual(problemsOf("const name = z.string().min(1, 'no name').max(9, { error: () => 'Use fewer.' });"), [
      'says “no name”',
      'says “Use fewer.”',
    ]);
  });

  it('finds sentences anywhere', () => {
    const filledIn = 'const detail = `$' + '{name} is an owner already.`;';
    assert.deepEqual(problemsOf(`${filledIn} const whyNot = () => { return 'This name is taken.'; };`), [
      'says “… is an owner already.”',
      'says “This name is taken.”',
    ]);
  });

  it('finds texts that are read when the file is loaded, for those are in one language for good', () => {
    const imported = "import { texts } from './texts.ts';\n";
    assert.deepEqual(problemsOf(`${imported}const late = { ok: false, detail: texts.late };`), ['reads texts.late when it is loaded']);
    assert.deepEqual(
      problemsOf(
        `${imported}const late = () => texts.late; const codes = Object.keys(texts.codes); type Code = keyof typeof texts.codes;
         const day = z.iso.date().refine(isDay, { error: () => texts.day });`,
      ),
      [],
    );
  });

  it('leaves alone codes, logs, the API description and errors of the program', () => {
    assert.deepEqual(
      problemsOf(`throw new HttpProblem(401, 'token', texts.token, { headers: { 'www-authenticate': 'Bearer error="invalid"' } });
        log.warn({ error }, 'A link could not be made.');
        const getUser = endpoint({ name: 'getUser', summary: 'Get the signed-in user.' });
        if (!row) throw new Error('The update returned no row.');
        const rows = statement('users.select', 'Select all users.');`),
      [],
    );
  });
});
