import type { LoadReport } from '#features/monitor/load-report.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { Scrolling } from '#ui/primitives/scrolling.tsx';
import { formatFigure, formatMs, formatShare } from '../format.ts';
import { texts } from '../texts/report.ts';
import { OutcomeMark } from './target-list.tsx';
import '#ui/primitives/figures.css';

type Stage = NonNullable<LoadReport['stress']>['stages'][number];

const words = texts.stages;

/** The stages in the order they ran. */
export function StageTable({ stages }: { stages: readonly Stage[] }) {
  return (
    <section className="panel" aria-labelledby="stages">
      <h3 id="stages">{words.title}</h3>
      <Scrolling label={words.table}>
        <table className="figures">
          <thead>
            <tr>
              <th scope="col">{words.users}</th>
              <th scope="col">{words.requests}</th>
              <th scope="col">{words.p95}</th>
              <th scope="col">{words.errors}</th>
              <th scope="col">{words.targets}</th>
            </tr>
          </thead>
          <tbody>
            {stages.map((stage) => (
              <tr key={stage.from}>
                <th scope="row">
                  {stage.direction === 'down' ? <span title={words.down}>↓ </span> : ''}
                  {formatNumber(stage.users)}
                </th>
                <td>{formatFigure(stage.requestsPerSecond)}</td>
                <td>{formatMs(stage.p95)}</td>
                <td>{formatShare(stage.errorRate)}</td>
                <td title={stage.missed.join('\n')}>
                  <OutcomeMark outcome={stage.met ? 'met' : 'missed'} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
    </section>
  );
}
