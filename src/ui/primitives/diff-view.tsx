import { useMemo, useState } from 'react';
import { formatNumber } from '../format/figure.ts';
import { texts } from '../texts/content.ts';
import { Breakable } from './breakable.tsx';
import { Button } from './button.tsx';
import { type DiffLine, type Hunk, mixesLineEnds, parseDiff } from './diff.ts';

const words = texts.diff;

/** Lines shown at first: a browser lays out this many without a pause. */
const FIRST_LINES = 400;
/** Lines added on each request: a hundred thousand at once would block the tab. */
const MORE_LINES = 4000;

const signs = { added: '+', removed: '−', same: '', remark: '' } as const;

/** @param diff unified, of one file; headers before the first hunk are skipped */
export function DiffView({ diff }: { diff: string }) {
  const hunks = useMemo(() => parseDiff(diff), [diff]);
  const showReturns = useMemo(() => mixesLineEnds(hunks), [hunks]);
  const [limit, setLimit] = useState(FIRST_LINES);
  const total = hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
  if (total === 0) return <p className="diff-empty">{words.none}</p>;
  const shown = limit >= total ? hunks : firstLines(hunks, limit);
  return (
    <div className="diff">
      <table aria-label={words.label}>
        {shown.map((hunk) => (
          <tbody key={hunk.header}>
            <tr className="diff-hunk">
              <th colSpan={4} scope="rowgroup">
                {hunk.header}
              </th>
            </tr>
            {hunk.lines.map((line) => (
              <DiffRow key={`${line.kind} ${line.before} ${line.after}`} line={line} showReturns={showReturns} />
            ))}
          </tbody>
        ))}
      </table>
      {total > limit && (
        <Button kind="quiet" size="small" onClick={() => setLimit(limit + MORE_LINES)}>
          {total - limit > MORE_LINES ? words.showMore(formatNumber(MORE_LINES), formatNumber(total)) : words.showAll(formatNumber(total))}
        </Button>
      )}
    </div>
  );
}

/** @param showReturns marks ends with CRLF; in a file whose lines all end so, the marks would say nothing */
function DiffRow({ line: { kind, before, after, text }, showReturns }: { line: DiffLine; showReturns: boolean }) {
  const endsInReturn = text.endsWith('\r');
  return (
    <tr className="diff-line" data-kind={kind}>
      <td className="diff-number">{kind !== 'added' && kind !== 'remark' && before}</td>
      <td className="diff-number">{kind !== 'removed' && kind !== 'remark' && after}</td>
      <td className="diff-sign">{signs[kind]}</td>
      <td className="diff-text">
        <Breakable text={endsInReturn ? text.slice(0, -1) : text} />
        {endsInReturn && showReturns && (
          <span className="diff-return" title={words.carriageReturn}>
            {words.returnMark}
          </span>
        )}
      </td>
    </tr>
  );
}

function firstLines(hunks: readonly Hunk[], limit: number): Hunk[] {
  const shown: Hunk[] = [];
  let left = limit;
  for (const hunk of hunks) {
    if (left <= 0) break;
    shown.push({ ...hunk, lines: hunk.lines.slice(0, left) });
    left -= hunk.lines.length;
  }
  return shown;
}
