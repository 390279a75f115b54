import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toCsv, toCsvLines } from './csv.ts';

const cellOf = (text: string) => toCsvLines([[text]]).slice(0, -2);

describe('a CSV file', () => {
  it('starts so that a spreadsheet reads it as UTF-8, and quotes where needed', () => {
    assert.equal(
      toCsv([
        ['name', 'n'],
        ['a "b", c', -1],
        [null, 2.5],
      ]),
      '\ufeffname,n\r\n"a ""b"", c",-1\r\n,2.5\r\n',
    );
  });

  for (const [what, text, cell] of [
    ['at its beginning', '=1+1', "'=1+1"],
    ['with a sign', '+1', "'+1"],
    ['with a minus', '-1', "'-1"],
    ['of older spreadsheets', '@SUM(1)', "'@SUM(1)"],
    ['in full width', '＝1＋1', "'＝1＋1"],
    ['in small form', '﹦1', "'﹦1"],
    ['behind blanks', '  =1', "'  =1"],
    ['behind a quote', '"=1"', `"'""=1"""`],
    ['after a semicolon', 'x;=HYPERLINK("http://evil.example")', `"x;'=HYPERLINK(""http://evil.example"")"`],
    ['after a semicolon and a blank', 'x; ＠SUM(1);y;-1', "x;' ＠SUM(1);y;'-1"],
    ['after a semicolon, in a quote', 'x;"=1"', `"x;'""=1"""`],
    ['in another line', 'x\n=1\r\n+2\r-3', `"x\n'=1\r\n'+2\r'-3"`],
    ['after a tab', 'x\t=1', "x\t'=1"],
  ] as const)
    it(`lets no cell become a formula ${what}`, () => assert.equal(cellOf(text), cell));

  it('leaves everything else as it is', () => {
    for (const text of ['a=b', 'a-b', 'ada@example.com', 'a; b', '1+1', 'x - y', '#1', "'=1", '→ -']) assert.equal(cellOf(text), text);
  });
});
