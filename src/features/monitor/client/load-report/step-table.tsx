import type { LoadReport } from '#features/monitor/load-report.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { Scrolling } from '#ui/primitives/scrolling.tsx';
import { formatFigure, formatShare, formatStep } from '../format.ts';
import { Meter } from '../key-figure.tsx';
import { texts } from '../texts/report.ts';
import { OutcomeMark } from './target-list.tsx';
import { P95_TARGET_MS } from './targets.ts';
import '#ui/primitives/figures.css';
import './step-table.css';

type Step = LoadReport['steps'][number];

const words = texts.steps;

/** Every kind of request, the slowest p95 first. */
export function StepTable({ steps }: { steps: readonly Step[] }) {
  const sorted = steps.toSorted((a, b) => Number(a.paced ?? false) - Number(b.paced ?? false) || b.p95 - a.p95);
  return (
    <Scrolling label={words.table}>
      <table className="figures">
        <thead>
          <tr>
            <th scope="col">{words.step}</th>
            <th scope="col">{words.count}</th>
            <th scope="col">{words.errors}</th>
            <th scope="col">{words.p50}</th>
            <th scope="col">{words.p95}</th>
            <th scope="col">{words.p99}</th>
            <th scope="col">{words.max}</th>
            <th scope="col">{words.target(P95_TARGET_MS)}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((step) => (
            <StepRow key={step.name} step={step} />
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

function StepRow({ step }: { step: Step }) {
  const { name, lap, paced, count, errors } = step;
  const measured = count > errors;
  return (
    <tr>
      <th scope="row">
        <span title={name}>{formatStep(name)}</span>
        {lap && <span className="step-kind">{words.lap}</span>}
      </th>
      <td>{formatNumber(count)}</td>
      <td data-bad={errors > 0 || undefined}>{errors === 0 ? '0' : `${formatNumber(errors)} (${formatShare(errors / count)})`}</td>
      {(['p50', 'p95', 'p99', 'max'] as const).map((column) => (
        <td key={column}>{measured ? formatFigure(step[column]) : '–'}</td>
      ))}
      <td className="step-target">
        {paced ? (
          <span className="muted">{words.paced}</span>
        ) : measured ? (
          <>
            <OutcomeMark outcome={step.p95 < P95_TARGET_MS ? 'met' : 'missed'} />
            <Meter share={step.p95 / P95_TARGET_MS} />
          </>
        ) : (
          <span className="muted">{words.notReached}</span>
        )}
      </td>
    </tr>
  );
}
