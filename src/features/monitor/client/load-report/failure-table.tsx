import type { LoadReport } from '#features/monitor/load-report.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { Scrolling } from '#ui/primitives/scrolling.tsx';
import { formatStep } from '../format.ts';
import { texts } from '../texts/report.ts';
import '#ui/primitives/figures.css';

const words = texts.failures;

export function FailureTable({ failures }: { failures: LoadReport['failures'] }) {
  return (
    <Scrolling label={words.table}>
      <table className="figures">
        <thead>
          <tr>
            <th scope="col">{words.step}</th>
            <th scope="col" className="figures-words">
              {words.what}
            </th>
            <th scope="col">{words.count}</th>
            <th scope="col" className="figures-words">
              {words.example}
            </th>
          </tr>
        </thead>
        <tbody>
          {failures.map(({ step, code, count, example }) => (
            <tr key={`${step} ${code}`}>
              <th scope="row" title={step}>
                {formatStep(step)}
              </th>
              <td className="figures-words">{code}</td>
              <td>{formatNumber(count)}</td>
              <td className="figures-words">{example}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}
