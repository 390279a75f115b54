import type { TableSize } from '#features/monitor/monitor-contract.ts';
import { formatBytes, formatNumber } from '#ui/format/figure.ts';
import { Time } from '#ui/format/time.tsx';
import { Scrolling } from '#ui/primitives/scrolling.tsx';
import { texts } from '../texts/monitor.ts';
import { isBloated } from './assess.ts';
import '#ui/primitives/figures.css';

const words = texts.tables;

/** @param about whether they are fine, in a sentence */
export function TablesTable({ tables, about }: { tables: readonly TableSize[]; about: string }) {
  return (
    <section aria-labelledby="tables">
      <h2 id="tables">{words.title}</h2>
      <p className="lead">{about}</p>
      <Scrolling label={texts.tableOf(words.title)}>
        <table className="figures">
          <thead>
            <tr>
              <th scope="col">{words.columns.name}</th>
              <th scope="col">{words.columns.bytes}</th>
              <th scope="col">{words.columns.rows}</th>
              <th scope="col">{words.columns.dead}</th>
              <th scope="col">{words.columns.vacuumed}</th>
            </tr>
          </thead>
          <tbody>
            {tables.map((table) => (
              <tr key={table.name}>
                <th scope="row">
                  <code>{table.name}</code>
                </th>
                <td>{formatBytes(table.bytes)}</td>
                <td>{formatNumber(table.rows)}</td>
                <td data-bad={isBloated(table) || undefined}>{formatNumber(table.deadRows)}</td>
                <td>{table.lastVacuumAt === null ? words.never : <Time at={table.lastVacuumAt} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
    </section>
  );
}
