import type { SlowStatement } from '#features/monitor/monitor-contract.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { formatDuration } from '#ui/format/time.tsx';
import { Scrolling } from '#ui/primitives/scrolling.tsx';
import { formatMs, formatShare } from '../format.ts';
import { texts } from '../texts/monitor.ts';
import '#ui/primitives/figures.css';

const words = texts.statements;
/** A statement that takes longer deserves a look at its plan. */
const SLOW_MS = 50;

export function StatementsTable({ statements }: { statements: readonly SlowStatement[] }) {
  return (
    <section aria-labelledby="statements">
      <h2 id="statements">{words.title}</h2>
      <p className="lead">{statements.length === 0 ? words.none : words.about}</p>
      {statements.length > 0 && (
        <Scrolling label={texts.tableOf(words.title)}>
          <table className="figures">
            <thead>
              <tr>
                <th scope="col">{words.columns.name}</th>
                <th scope="col">{words.columns.calls}</th>
                <th scope="col">{words.columns.mean}</th>
                <th scope="col">{words.columns.total}</th>
                <th scope="col">{words.columns.share}</th>
              </tr>
            </thead>
            <tbody>
              {statements.map(({ name, calls, meanMs, totalMs, share }) => (
                <tr key={name}>
                  <th scope="row">
                    <code>{name}</code>
                  </th>
                  <td>{formatNumber(calls)}</td>
                  <td data-bad={meanMs > SLOW_MS || undefined}>{formatMs(meanMs)}</td>
                  <td>{formatDuration(totalMs)}</td>
                  <td>{formatShare(share)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
      )}
    </section>
  );
}
